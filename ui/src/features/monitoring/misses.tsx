import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format";
import { useNow } from "@/shared/format/use-now";
import { useMay } from "@/shared/session/project";
import { useMisses } from "./api/get-misses";
import { useMeaning } from "./meaning";
import styles from "./monitoring.module.css";
import type { View } from "./view";

/** Confidently wrong: the released items in which an audit found an error, the newest first. */
export function Misses({ view }: { view: View }) {
  const { t } = useTranslation("monitoring");
  const format = useFormat();
  const now = useNow(60_000);
  const isAllowed = useMay("audit_samples.read");
  const { question } = useMeaning("confidently_wrong");
  const { data } = useMisses(view, isAllowed);
  if (!isAllowed || data === undefined) return null;
  return (
    <section className={`card ${styles.misses}`} aria-label={question}>
      <h2>{question}</h2>
      <p className={styles.what}>{t("misses.what")}</p>
      {data.data.length === 0 ? (
        <p className={styles.nothing}>{t("misses.none")}</p>
      ) : (
        <ul>
          {data.data.map((one) => (
            <li key={one.item_id}>
              <a className={styles.link} href={`/items/${one.item_id}`}>
                {t("misses.item", { segment: one.segment, moment: format.moment(one.drawn_at, now) })}
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
