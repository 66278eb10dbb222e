import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Note } from "@/shared/ui";
import { useReplaySpan } from "../api/webhooks";
import { DoneButton, FormEnd } from "../form-end";
import styles from "../settings.module.css";

/** Sends everything of a span once more, after a receiver lost what it had. */
export function ReplaySpan({ webhook, isOn }: { webhook: string; isOn: boolean }) {
  const { t } = useTranslation("settings");
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  return (
    <>
      <Button size="xs" disabled={!isOn} onClick={() => setIsOpen(true)}>
        {t("webhooks.span")}
      </Button>
      <Modal opened={isOpen} onClose={close} title={t("webhooks.span")} closeButtonProps={{ "aria-label": t("close") }}>
        <SpanForm webhook={webhook} onClose={close} />
      </Modal>
    </>
  );
}

function SpanForm({ webhook, onClose }: { webhook: string; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const replay = useReplaySpan();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [isOrderWrong, setIsOrderWrong] = useState(false);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const isWrong = to !== "" && new Date(to) <= new Date(from);
    setIsOrderWrong(isWrong);
    if (isWrong || replay.isPending) return;
    replay.mutate({ webhook, from: new Date(from).toISOString(), ...(to !== "" && { to: new Date(to).toISOString() }) });
  };
  if (replay.isSuccess) {
    return (
      <div className={styles.form}>
        <Note role="status">{t("webhooks.spanDone")}</Note>
        <DoneButton onDone={onClose} />
      </div>
    );
  }
  return (
    <form onSubmit={send} className={styles.form}>
      <p>{t("webhooks.spanWhat")}</p>
      <TextInput
        type="datetime-local"
        label={t("webhooks.from")}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
        required
        withAsterisk={false}
        data-autofocus
      />
      <TextInput
        type="datetime-local"
        label={t("webhooks.to")}
        description={t("webhooks.toWhat")}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        error={isOrderWrong ? t("webhooks.spanOrder") : null}
      />
      <FormEnd change={replay} does={t("webhooks.spanSend")} onCancel={onClose} />
    </form>
  );
}
