import type { ReactNode } from "react";
import styles from "./ui.module.css";

interface EmptyStateProps {
  title: string;
  /** "h1" when nothing else on the page is. */
  heading?: "h1" | "h2";
  children?: ReactNode;
  actions?: ReactNode;
}

/** Why there is nothing here, and the best next thing to do. */
export function EmptyState({ title, heading: Heading = "h2", children, actions }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <Heading>{title}</Heading>
      {children !== undefined && <p>{children}</p>}
      {actions !== undefined && <div className={styles.emptyActions}>{actions}</div>}
    </div>
  );
}
