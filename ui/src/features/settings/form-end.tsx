import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Note, useSentence } from "@/shared/ui";
import styles from "./settings.module.css";

interface FormEndProps {
  /** What the form sends, and how that went. */
  change: { error: Error | null; isPending: boolean };
  /** What was not done, said before the reason. */
  failed?: string;
  /** What the button says that does it. */
  does: string;
  /** Without it the button submits the form it stands in. */
  onDo?: () => void;
  onCancel: () => void;
  /** Stands between the reason and the buttons. */
  children?: ReactNode;
  /** A button at the other side. */
  aside?: ReactNode;
}

/** The end of a dialog's form: why it did not work, and the buttons. */
export function FormEnd({ change, failed = "", does, onDo, onCancel, children, aside }: FormEndProps) {
  const { t } = useTranslation("settings");
  const sentence = useSentence();
  return (
    <>
      {change.error !== null && (
        <Note tone="bad" role="alert">
          {failed} {sentence(change.error)}
        </Note>
      )}
      {children}
      <div className={styles.buttons}>
        {aside}
        <Button variant="subtle" onClick={onCancel}>
          {t("cancel")}
        </Button>
        <Button type={onDo === undefined ? "submit" : "button"} variant="filled" onClick={onDo} aria-disabled={change.isPending}>
          {does}
        </Button>
      </div>
    </>
  );
}

/** The only button of a dialog that has done its work. */
export function DoneButton({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <div className={styles.buttons}>
      <Button variant="filled" onClick={onDone}>
        {t("done")}
      </Button>
    </div>
  );
}
