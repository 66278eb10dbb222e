import type { ReactNode } from "react";
import type { Tone } from "./pill";
import styles from "./ui.module.css";

interface NoteProps {
  tone?: Exclude<Tone, "accent">;
  icon?: ReactNode;
  role?: "status" | "alert";
  children: ReactNode;
}

/** A remark inside a page. */
export function Note({ tone = "plain", icon, role, children }: NoteProps) {
  return (
    <div className={styles.note} data-tone={tone} role={role}>
      {icon}
      <div>{children}</div>
    </div>
  );
}

/** A line across the page that says in which state all of it is. */
export function Strip({ tone = "plain", icon, role, children }: NoteProps) {
  return (
    <div className={styles.strip} data-tone={tone} role={role}>
      {icon}
      <div className={styles.stripText}>{children}</div>
    </div>
  );
}
