import type { ReactNode } from "react";
import styles from "./ui.module.css";

export type Tone = "plain" | "ok" | "warn" | "bad" | "accent";

/** A short word with a ground of its own; the word says what the colour says. */
export function Pill({ tone = "plain", children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span className={styles.pill} data-tone={tone} title={title}>
      {children}
    </span>
  );
}
