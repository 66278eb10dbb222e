import { Button, Textarea } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { DiffIn } from "@/api/schema";
import { LoadingShape, Note, useSentence } from "@/shared/ui";
import { useDiff } from "../api/look-at-text";
import styles from "../policy.module.css";
import { Effects } from "../views/effects";

interface ChangeFormProps {
  what: string;
  /** The two policies whose difference is shown before anybody presses anything. */
  diff: DiffIn | null;
  /** A text that goes with the change; null asks for none. */
  note: { label: string; isRequired: boolean } | null;
  send: string;
  isPending: boolean;
  error: Error | null;
  children?: ReactNode;
  onSent: (note: string) => void;
  onClose: () => void;
}

/** What follows, the effects, a note where one is asked for, and the button. */
export function ChangeForm({ what, diff, note, send, isPending, error, children, onSent, onClose }: ChangeFormProps) {
  const { t } = useTranslation("policy");
  const sentence = useSentence();
  const [text, setText] = useState("");
  const [isSent, setIsSent] = useState(false);
  const shown = useDiff(diff);
  // Nobody puts in force what they could not have read.
  const isReading = diff !== null && shown.data === undefined && shown.error === null;
  const isMissing = note?.isRequired === true && text.trim() === "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsSent(true);
    if (!isMissing && !isPending && !isReading) onSent(text.trim());
  };
  return (
    <form onSubmit={submit} className={styles.form}>
      <p className="quiet">{what}</p>
      {children}
      {diff !== null && (
        <section aria-label={t("effects.title")} className={styles.dialogEffects} tabIndex={0}>
          {shown.data === undefined ? shown.error === null ? <LoadingShape /> : <Note tone="warn">{sentence(shown.error)}</Note> : <Effects diff={shown.data} />}
        </section>
      )}
      {note !== null && (
        <Textarea
          label={note.label}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={2_000}
          autosize
          minRows={2}
          maxRows={6}
          error={isSent && isMissing ? t("sayWhy") : null}
          data-autofocus
        />
      )}
      {error !== null && (
        <Note tone="bad" role="alert">
          {error instanceof ApiError && error.status === 412 ? t("conflict") : sentence(error)}
        </Note>
      )}
      <div className={styles.formButtons}>
        <Button variant="subtle" onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button type="submit" variant="filled" aria-disabled={isPending || isReading}>
          {send}
        </Button>
      </div>
    </form>
  );
}
