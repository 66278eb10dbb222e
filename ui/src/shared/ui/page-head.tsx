import type { ReactNode } from "react";
import styles from "./ui.module.css";

/** The one h1 of a page, a sentence below it, and what can be done with the whole page. */
export function PageHead({ title, children, actions }: { title: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={styles.head}>
      <div className={styles.headText}>
        <h1>{title}</h1>
        {children !== undefined && <p>{children}</p>}
      </div>
      {actions !== undefined && <div className="row wrap">{actions}</div>}
    </div>
  );
}
