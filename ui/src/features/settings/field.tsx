import { SegmentedControl } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { Note, useSentence } from "@/shared/ui";
import styles from "./settings.module.css";

/** One setting: its name, what it does, and the control. */
export function Field({ label, description, children }: { label: string; description?: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className={styles.field}>
      <div>
        <div className="medium" id={id}>
          {label}
        </div>
        {description !== undefined && <p className="small quiet">{description}</p>}
      </div>
      <div className={styles.control}>{children(id)}</div>
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  description?: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChosen: (value: T) => void;
}

export function Choice<T extends string>({ label, description, value, options, onChosen }: ChoiceProps<T>) {
  return (
    <Field label={label} {...(description !== undefined && { description })}>
      {(id) => (
        <SegmentedControl
          size="xs"
          aria-labelledby={id}
          value={value}
          data={[...options]}
          onChange={(next) => {
            const chosen = options.find((option) => option.value === next);
            if (chosen !== undefined) onChosen(chosen.value);
          }}
        />
      )}
    </Field>
  );
}

/** Says that the server did not take a change; what it took needs no words. */
export function NotSaved({ error }: { error: Error | null }) {
  const { t } = useTranslation("settings");
  const sentence = useSentence();
  if (error === null) return null;
  return (
    <Note tone="bad" role="alert">
      {t("notSaved")} {sentence(error)}
    </Note>
  );
}
