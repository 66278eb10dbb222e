import { useTranslation } from "react-i18next";
import { MarkedText, Words } from "@/shared/content";
import { useFormat, useNow } from "@/shared/format";
import { attemptsOf, HistoryLine } from "./asked";
import styles from "./asked.module.css";
import controls from "./controls.module.css";
import type { ItemModel } from "./item-model";

/** The rules reviewers go by, in the version this review is bound to. */
export function GuidelineTab({ model, onLink }: { model: ItemModel; onLink: (address: string) => void }) {
  const { t } = useTranslation("review");
  const guideline = model.assignment.guideline;
  const text = guideline?.["markdown"] ?? guideline?.["text"];
  const version = guideline?.["version"];
  return (
    <>
      {typeof version === "number" && <p className="meta">{t("guideline.version", { version })}</p>}
      <div className={styles.said}>{typeof text === "string" && <MarkedText text={text} format="markdown" onLink={onLink} />}</div>
    </>
  );
}

/** What happened before this review. */
export function HistoryTab({ model, onCompare }: { model: ItemModel; onCompare: (attempt: number) => void }) {
  const { t } = useTranslation("review");
  const format = useFormat();
  const now = useNow(60_000);
  const attempts = attemptsOf(model);
  const history = model.assignment.item.end_user?.history ?? [];
  return (
    <ul className={styles.lines}>
      <li>
        <span>
          <span className="quieter">{format.moment(model.assignment.received_at, now)}: </span>
          {t("history.received")}
        </span>
      </li>
      {attempts.map((attempt, at) => (
        <li key={at}>
          <span>
            {attempt.candidate ? t("asked.candidate", { number: attempt.number }) : t("asked.attempt", { number: attempt.number })}
            {attempt.note && (
              <>
                {": "}
                <Words text={attempt.note} />
              </>
            )}
          </span>
          <button type="button" className={`${controls.plainLink} push nowrap`} onClick={() => onCompare(at)}>
            {t("asked.compare")}
          </button>
        </li>
      ))}
      {[...history].reverse().map((entry, at) => (
        <HistoryLine key={`h${at}`} {...entry} />
      ))}
    </ul>
  );
}

export const historyCount = (model: ItemModel): number => attemptsOf(model).length + (model.assignment.item.end_user?.history?.length ?? 0);
