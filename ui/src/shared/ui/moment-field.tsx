import { TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { localOf, momentOf } from "@/shared/format/local-moment";
import styles from "./moment-field.module.css";

interface MomentFieldProps {
  label: string;
  error?: ReactNode;
  value: string | undefined;
  onChosen: (moment: string | undefined) => void;
}

/** The browser's own field for a moment: it knows the person's language and keyboard, and costs nothing to load. */
export function MomentField({ label, error, value, onChosen }: MomentFieldProps) {
  const [typed, setTyped] = useState(localOf(value));
  const keep = () => momentOf(typed) !== value && onChosen(momentOf(typed));
  return (
    <TextInput
      size="xs"
      type="datetime-local"
      label={label}
      error={error}
      classNames={{ input: styles.moment ?? "" }}
      data-empty={typed === "" || undefined}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => event.key === "Enter" && keep()}
    />
  );
}
