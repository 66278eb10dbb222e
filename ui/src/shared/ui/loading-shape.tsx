import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./ui.module.css";

const WIDTHS = ["38%", "96%", "91%", "94%", "62%"];

/** Nothing for 150 ms, then the shape of what comes; it does not move. */
export function LoadingShape({ lines = 5 }: { lines?: number }) {
  const { t } = useTranslation("common");
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return <div aria-busy="true" />;
  return (
    <div className={styles.shape} aria-busy="true">
      <span className="hidden-text">{t("loading")}</span>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={styles.bone} style={{ width: WIDTHS[line % WIDTHS.length] }} />
      ))}
    </div>
  );
}
