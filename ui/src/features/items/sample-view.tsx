import { useTranslation } from "react-i18next";
import type { ItemSample } from "@/api/schema";
import { useFormat, useNow } from "@/shared/format";
import { Note } from "@/shared/ui";
import styles from "./items.module.css";

/** That chance picked the item for a second look, how likely that was, and what the look found. */
export function SampleView({ sample }: { sample: ItemSample | null }) {
  const { t } = useTranslation(["items", "common"]);
  const format = useFormat();
  const now = useNow(60_000);
  if (sample === null) return null;
  const found = sample.is_error === null ? "open" : sample.is_error ? "wrong" : "right";
  const verdict = sample.verdict === null ? "" : t(`common:verdict.${sample.verdict as "edit"}`, { defaultValue: sample.verdict });
  return (
    <div className={styles.sample}>
      <Note tone={found === "wrong" ? "warn" : "plain"}>
        <strong>{t("sample.title")}</strong> {t("sample.drawn", { when: format.moment(sample.drawn_at, now), share: format.share(sample.probability) })}{" "}
        {sample.answered_at === null ? t("sample.open") : t(`sample.${found}`, { when: format.moment(sample.answered_at, now), verdict })}
      </Note>
    </div>
  );
}
