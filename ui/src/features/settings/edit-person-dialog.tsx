import { Button, Modal } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { MemberOut } from "@/api/schema";
import { useProject } from "@/shared/session/project";
import { Note, useSentence } from "@/shared/ui";
import { Secret } from "./add-person-dialog";
import { useChangePerson, useInviteAgain, useRemovePerson } from "./api/people";
import { PlaceFields, type PlaceWords, ROLES, slugs } from "./person-fields";
import { FormEnd } from "./form-end";
import styles from "./settings.module.css";

export function EditPersonDialog({ member, onClose }: { member: MemberOut | null; onClose: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <Modal
      opened={member !== null}
      onClose={onClose}
      title={member === null ? "" : member.name}
      size={520}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {member !== null && <EditForm key={member.person_id} member={member} onClose={onClose} />}
    </Modal>
  );
}

function EditForm({ member, onClose }: { member: MemberOut; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const [place, setPlace] = useState<PlaceWords>(() => ({
    roles: ROLES.filter((role) => member.roles.includes(role)),
    level: member.level,
    skills: member.skills.join(", "),
    languages: member.languages.join(", "),
  }));
  const [isRoleMissing, setIsRoleMissing] = useState(false);
  const [isRemoving, setIsRemoving] = useState(false);
  const change = useChangePerson({ onDone: onClose });
  const said = (path: string) => (change.error instanceof ApiError ? change.error.field(path) : null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    setIsRoleMissing(place.roles.length === 0);
    if (place.roles.length === 0 || change.isPending) return;
    change.mutate({
      personId: member.person_id,
      roles: [...place.roles],
      patch: { level: place.level, skills: slugs(place.skills), languages: slugs(place.languages) },
    });
  };
  if (isRemoving) return <Remove member={member} onClose={onClose} onKept={() => setIsRemoving(false)} />;
  return (
    <form onSubmit={send} className={styles.form}>
      <PlaceFields words={place} withLevel isRoleMissing={isRoleMissing} said={said} onChanged={setPlace} />
      <FormEnd
        change={change}
        failed={t("notSaved")}
        does={t("save")}
        onCancel={onClose}
        aside={
          <Button variant="subtle" className={styles.first ?? ""} onClick={() => setIsRemoving(true)}>
            {t("people.remove")}
          </Button>
        }
      >
        <InviteAgain member={member} />
      </FormEnd>
    </form>
  );
}

/** For a lost link or a forgotten password. */
function InviteAgain({ member }: { member: MemberOut }) {
  const { t } = useTranslation("settings");
  const sentence = useSentence();
  const invite = useInviteAgain();
  const url = invite.data?.invite_url ?? null;
  return (
    <div className={styles.form}>
      {invite.error !== null && (
        <Note tone="bad" role="alert">
          {sentence(invite.error)}
        </Note>
      )}
      {url === null ? (
        <div>
          <Button size="xs" onClick={() => invite.mutate(member.person_id)} aria-disabled={invite.isPending}>
            {t("people.inviteAgain")}
          </Button>
        </div>
      ) : (
        <>
          <Note tone="warn" role="status">
            {t("people.inviteOnce")}
          </Note>
          <Secret text={url} label={t("people.inviteLink")} />
        </>
      )}
    </div>
  );
}

/** Names the person and says what follows. */
function Remove({ member, onClose, onKept }: { member: MemberOut; onClose: () => void; onKept: () => void }) {
  const { t } = useTranslation("settings");
  const { name: project } = useProject();
  const remove = useRemovePerson({ onDone: onClose });
  return (
    <div className={styles.form}>
      <p>{t("people.removeWhat", { name: member.name, project })}</p>
      <FormEnd change={remove} does={t("people.removeNamed", { name: member.name })} onDo={() => remove.mutate(member.person_id)} onCancel={onKept} />
    </div>
  );
}
