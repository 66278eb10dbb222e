import { useTranslation } from "react-i18next";
import styles from "./audit-log.module.css";

const PROVED = ["unchanged", "order", "decisions", "signed"] as const;
const NOT_PROVED = ["rewritten", "unwritten", "lastSecond", "true"] as const;

/** What a log that verifies says, and what it leaves open: in words for people who decide by it. */
export function WhatIsProved() {
  const { t } = useTranslation("audit-log");
  return (
    <div className={styles.head}>
      <section className={styles.block}>
        <h2>{t("proved.title")}</h2>
        <ul className={styles.said}>
          {PROVED.map((one) => (
            <li key={one}>{t(`proved.${one}`)}</li>
          ))}
        </ul>
      </section>
      <section className={styles.block}>
        <h2>{t("notProved.title")}</h2>
        <ul className={styles.said}>
          {NOT_PROVED.map((one) => (
            <li key={one}>{t(`notProved.${one}`)}</li>
          ))}
        </ul>
      </section>
    </div>
  );
}
