import { Modal } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSentence } from "@/shared/ui";
import controls from "./controls.module.css";
import styles from "./room.module.css";

interface ReasonDialogProps {
  kind: "skip" | "expert";
  onClose: () => void;
  onSend: (reason: string) => Promise<void>;
}

const REASONS = ["language", "field", "unclear", "conflict"] as const;

/** Skip, or ask an expert: both give the item back with a reason and do not offer it to this person again. */
export function ReasonDialog({ kind, onClose, onSend }: ReasonDialogProps) {
  const { t } = useTranslation("review");
  const id = useId();
  const sentence = useSentence();
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const ready = reason.trim() !== "";
  const send = async () => {
    if (!ready || busy) return;
    setBusy(true);
    try {
      await onSend(reason.trim());
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={t(`${kind}.title`)} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        className={styles.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p className="small quiet">{t(`${kind}.what`)}</p>
        {kind === "skip" && (
          <div className={styles.chipRow} role="group" aria-label={t("skip.usual")}>
            {REASONS.map((one) => (
              <button key={one} type="button" className={controls.chip} aria-pressed={reason === t(`skip.reason.${one}`)} onClick={() => setReason(t(`skip.reason.${one}`))}>
                {t(`skip.reason.${one}`)}
              </button>
            ))}
          </div>
        )}
        <label htmlFor={id}>{t(`${kind}.label`)}</label>
        <textarea
          id={id}
          className={controls.input}
          rows={3}
          maxLength={4_000}
          value={reason}
          data-autofocus
          onChange={(event) => setReason(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              void send();
            }
          }}
        />
        {error !== null && (
          <p className={controls.fault} role="alert">
            {sentence(error)}
          </p>
        )}
        <div className="row">
          <button type="submit" className={controls.main} aria-disabled={!ready || busy || undefined}>
            {t(`${kind}.send`)}
          </button>
          <button type="button" className={controls.ghost} onClick={onClose}>
            {t("cancel")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
