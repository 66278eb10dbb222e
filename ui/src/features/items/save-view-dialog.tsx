import { ActionIcon, Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ViewIn } from "@/api/schema";
import { safeLine } from "@/shared/content/safe-line";
import { useMay } from "@/shared/session/project";
import { Note, useSentence } from "@/shared/ui";
import { asSent, isOwn, useSaveViews, useViews } from "./api/views";
import styles from "./items.module.css";

const MOST = 50;

interface SaveViewProps {
  opened: boolean;
  shown: Omit<ViewIn, "name" | "shared">;
  onClose: () => void;
}

/** Saves what is on screen under a name, and removes views that are no longer wanted. */
export function SaveViewDialog({ opened, shown, onClose }: SaveViewProps) {
  const { t } = useTranslation("items");
  return (
    <Modal opened={opened} onClose={onClose} title={t("views.saveTitle")} closeButtonProps={{ "aria-label": t("views.close") }}>
      <SaveViewForm shown={shown} onClose={onClose} />
    </Modal>
  );
}

function SaveViewForm({ shown, onClose }: Omit<SaveViewProps, "opened">) {
  const { t } = useTranslation("items");
  const sentence = useSentence();
  const mayShare = useMay("queues.manage");
  const { data } = useViews();
  const own = (data?.data ?? []).filter(isOwn).map(asSent);
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const save = useSaveViews(onClose);
  const remove = useSaveViews(() => undefined);
  const wanted = name.trim();
  const others = own.filter((one) => one.name.toLowerCase() !== wanted.toLowerCase());
  const isFull = others.length >= MOST;
  const error = save.error ?? remove.error;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (wanted !== "" && !isFull) save.mutate([...others, { ...shown, name: wanted, shared }]);
  };
  return (
    <form onSubmit={send} className={styles.form}>
      <p className="quiet">{t("views.what")}</p>
      <TextInput label={t("views.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={100} required data-autofocus />
      {mayShare && <Checkbox label={t("views.shared")} checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} />}
      {others.length < own.length && <p className="quiet">{t("views.replaces")}</p>}
      {isFull && <Note tone="warn">{t("views.most")}</Note>}
      {error !== null && (
        <Note tone="bad" role="alert">
          {sentence(error)}
        </Note>
      )}
      <div className={styles.formButtons}>
        <Button variant="subtle" onClick={onClose}>
          {t("views.cancel")}
        </Button>
        <Button type="submit" variant="filled" aria-disabled={wanted === "" || isFull || save.isPending}>
          {t("views.keep")}
        </Button>
      </div>
      {own.length > 0 && (
        <ul className={styles.ownViews} aria-label={t("views.own")}>
          {own.map((one) => (
            <li key={one.name}>
              <bdi>{safeLine(one.name)}</bdi>
              <ActionIcon
                aria-label={t("views.remove", { name: safeLine(one.name) })}
                onClick={() => remove.mutate(own.filter((other) => other !== one))}
              >
                <IconTrash size={16} stroke={1.75} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
