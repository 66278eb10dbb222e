import { Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { MemberOut } from "@/api/schema";
import { CopyButton, Note } from "@/shared/ui";
import { useAddPerson } from "./api/people";
import { PlaceFields, type PlaceWords, slugs } from "./person-fields";
import { DoneButton, FormEnd } from "./form-end";
import styles from "./settings.module.css";

/** Adds somebody to the project; the link with which they choose a password is shown once. */
export function AddPersonDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const [added, setAdded] = useState<MemberOut | null>(null);
  const close = () => {
    setAdded(null);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={t("people.add")} size={520} closeButtonProps={{ "aria-label": t("close") }}>
      {added === null ? <AddForm onAdded={setAdded} onClose={close} /> : <Added member={added} onClose={close} />}
    </Modal>
  );
}

function AddForm({ onAdded, onClose }: { onAdded: (member: MemberOut) => void; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [place, setPlace] = useState<PlaceWords>({ roles: ["reviewer"], level: "junior", skills: "", languages: "" });
  const [isRoleMissing, setIsRoleMissing] = useState(false);
  const add = useAddPerson({ onDone: onAdded });
  const said = (path: string) => (add.error instanceof ApiError ? add.error.field(path) : null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    setIsRoleMissing(place.roles.length === 0);
    if (place.roles.length === 0 || add.isPending) return;
    const { roles } = place;
    add.mutate({
      name: name.trim(),
      email: email.trim(),
      roles: [...roles],
      skills: slugs(place.skills),
      languages: slugs(place.languages),
    });
  };
  return (
    <form onSubmit={send} className={styles.form}>
      <TextInput
        label={t("people.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={said("/name")}
        maxLength={200}
        required
        withAsterisk={false}
        data-autofocus
      />
      <TextInput
        label={t("people.email")}
        type="email"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={said("/email")}
        maxLength={320}
        required
        withAsterisk={false}
      />
      <PlaceFields words={place} withLevel={false} isRoleMissing={isRoleMissing} said={said} onChanged={setPlace} />
      <FormEnd change={add} failed={t("people.notAdded")} does={t("people.add")} onCancel={onClose} />
    </form>
  );
}

function Added({ member, onClose }: { member: MemberOut; onClose: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <div className={styles.form}>
      <p role="status">{t("people.added", { name: member.name })}</p>
      {member.invite_url !== null && (
        <>
          <Note tone="warn">{t("people.inviteOnce")}</Note>
          <Secret text={member.invite_url} label={t("people.inviteLink")} />
        </>
      )}
      <DoneButton onDone={onClose} />
    </div>
  );
}

export function Secret({ text, label }: { text: string; label: string }) {
  return (
    <div className={styles.secret}>
      <code className="code" aria-label={label}>
        {text}
      </code>
      <CopyButton text={text} />
    </div>
  );
}
