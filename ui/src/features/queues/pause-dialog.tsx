import { Button, Modal, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { QueueOut } from "@/api/schema";
import { nameOf } from "@/shared/format";
import { Note, useSentence } from "@/shared/ui";
import { useChangeQueue } from "./api/change-queue";
import styles from "./queues.module.css";

/** Pauses a queue with a reason all its reviewers see, or resumes it. */
export function PauseDialog({ opened, queue, onClose }: { opened: boolean; queue: QueueOut | null; onClose: () => void }) {
  const { t } = useTranslation("queues");
  const title = queue === null ? "" : t(queue.paused ? "resumeTitle" : "pauseTitle", { name: nameOf(queue.name) });
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("close") }}>
      {queue !== null && <PauseForm key={queue.name} queue={queue} onClose={onClose} />}
    </Modal>
  );
}

function PauseForm({ queue, onClose }: { queue: QueueOut; onClose: () => void }) {
  const { t } = useTranslation("queues");
  const sentence = useSentence();
  const [reason, setReason] = useState("");
  const change = useChangeQueue({ onDone: onClose });
  const send = (event: FormEvent) => {
    event.preventDefault();
    const why = reason.trim();
    const patch = queue.paused ? { paused: false } : { paused: true, ...(why !== "" && { reason: why }) };
    change.mutate({ queue: queue.name, patch });
  };
  return (
    <form onSubmit={send} className={styles.form}>
      <p className="quiet">{queue.paused ? t("resumeWhat", { count: queue.waiting_all }) : t("pauseWhat")}</p>
      {!queue.paused && (
        <Textarea
          label={t("pauseReason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={4_000}
          autosize
          minRows={2}
          maxRows={6}
          data-autofocus
        />
      )}
      {change.error !== null && (
        <Note tone="bad" role="alert">
          {sentence(change.error)}
        </Note>
      )}
      <div className={styles.formButtons}>
        <Button variant="subtle" onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button type="submit" variant="filled" aria-disabled={change.isPending}>
          {queue.paused ? t("resume") : t("pause")}
        </Button>
      </div>
    </form>
  );
}
