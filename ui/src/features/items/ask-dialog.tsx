import { Button, Modal, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ItemOut } from "@/api/schema";
import { nameOf } from "@/shared/format";
import styles from "./after.module.css";
import { useAppeal, useReopen } from "./api/after";
import { useQueueNames } from "./api/get-queue-names";
import { Refusal } from "./take-back-dialog";

interface AskProps {
  opened: boolean;
  item: ItemOut;
  kind: "appeal" | "reopen";
  onClose: () => void;
}

/** Asks for another look, for the person concerned or as a colleague. */
export function AskDialog({ opened, item, kind, onClose }: AskProps) {
  const { t } = useTranslation("items");
  return (
    <Modal opened={opened} onClose={onClose} title={t(`after.${kind}Title`)} closeButtonProps={{ "aria-label": t("after.close") }}>
      {kind === "appeal" ? <AppealForm item={item} onClose={onClose} /> : <ReopenForm item={item} onClose={onClose} />}
    </Modal>
  );
}

function AppealForm({ item, onClose }: { item: ItemOut; onClose: () => void }) {
  const { t } = useTranslation("items");
  const [by, setBy] = useState(item.submitted.end_user?.id ?? "");
  const [reason, setReason] = useState("");
  const [wasSent, setWasSent] = useState(false);
  const send = useAppeal(item.item_id, onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWasSent(true);
    if (by.trim() !== "" && reason.trim() !== "") send.mutate({ by: by.trim(), reason: reason.trim() });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <p className="quiet">{t("after.appealWhat")}</p>
      <TextInput
        label={t("after.appealBy")}
        description={t("after.appealBySeen")}
        value={by}
        onChange={(event) => setBy(event.currentTarget.value)}
        error={wasSent && by.trim() === "" ? t("after.appealByMissing") : undefined}
        maxLength={200}
        required
        data-autofocus
      />
      <Reason label={t("after.appealReason")} value={reason} onValue={setReason} isMissing={wasSent && reason.trim() === ""} />
      <Refusal error={send.error} />
      <Buttons isPending={send.isPending} word={t("after.appealNow")} onClose={onClose} />
    </form>
  );
}

function ReopenForm({ item, onClose }: { item: ItemOut; onClose: () => void }) {
  const { t } = useTranslation("items");
  const queues = useQueueNames();
  const [queue, setQueue] = useState("");
  const [reason, setReason] = useState("");
  const [wasSent, setWasSent] = useState(false);
  const send = useReopen(item.item_id, onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWasSent(true);
    if (reason.trim() !== "") send.mutate({ reason: reason.trim(), queue: queue === "" ? null : queue });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <p className="quiet">{t("after.reopenWhat")}</p>
      <Reason label={t("after.reason")} value={reason} onValue={setReason} isMissing={wasSent && reason.trim() === ""} />
      {queues.length > 1 && (
        <NativeSelect
          label={t("after.queue")}
          value={queue}
          onChange={(event) => setQueue(event.currentTarget.value)}
          data={[{ value: "", label: t("after.ownQueue") }, ...queues.map((one) => ({ value: one, label: nameOf(one) }))]}
        />
      )}
      <Refusal error={send.error} />
      <Buttons isPending={send.isPending} word={t("after.reopenNow")} onClose={onClose} />
    </form>
  );
}

interface ReasonProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  isMissing: boolean;
}

function Reason({ label, value, onValue, isMissing }: ReasonProps) {
  const { t } = useTranslation("items");
  return (
    <Textarea
      label={label}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
      error={isMissing ? t("after.reasonMissing") : undefined}
      maxLength={4_000}
      autosize
      minRows={3}
      maxRows={8}
      required
    />
  );
}

function Buttons({ isPending, word, onClose }: { isPending: boolean; word: string; onClose: () => void }) {
  const { t } = useTranslation("items");
  return (
    <div className={styles.buttons}>
      <Button variant="subtle" onClick={onClose}>
        {t("after.cancel")}
      </Button>
      <Button type="submit" variant="filled" aria-disabled={isPending}>
        {isPending ? t("after.sending") : word}
      </Button>
    </div>
  );
}
