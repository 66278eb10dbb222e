import { useTranslation } from "react-i18next";
import styles from "../policy.module.css";

const STEPS = ["checks", "block", "highStakes", "notRun", "review", "gate", "monitor", "bands", "load", "draws", "stop"] as const;

/** The order is always the same, whatever stands in the text. */
export function Order() {
  const { t } = useTranslation("policy");
  return (
    <section>
      <h2>{t("order.title")}</h2>
      <p className="small quiet">{t("order.text")}</p>
      <ol className={styles.order}>
        {STEPS.map((step) => (
          <li key={step}>{t(`order.${step}`)}</li>
        ))}
      </ol>
    </section>
  );
}
