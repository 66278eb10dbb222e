import { useTranslation } from "react-i18next";
import type { ScoreOut } from "@/api/schema";
import { safeLine } from "@/shared/content/safe-line";
import { nameOf, useFormat } from "@/shared/format";
import { EmptyState, Pill, type Tone } from "@/shared/ui";
import styles from "./items.module.css";

const TONES: { [result: string]: Tone } = { pass: "ok", fail: "bad", flag: "warn", errored: "warn", timed_out: "warn" };
/** What needs a look comes first, what passed last. */
const ORDER = ["fail", "flag", "errored", "timed_out", "skipped", "pass"];

const place = (result: string) => (ORDER.includes(result) ? ORDER.indexOf(result) : 0);

/** Every check, classifier and judge, also those that did not run. */
export function ScoresView({ scores }: { scores: readonly ScoreOut[] }) {
  const { t } = useTranslation("items");
  if (scores.length === 0) return <EmptyState title={t("scores.none")}>{t("scores.noneText")}</EmptyState>;
  const sorted = [...scores].sort((one, other) => place(one.result) - place(other.result));
  return (
    <div className={styles.wide} tabIndex={0} role="region" aria-label={t("tab.scores")}>
      <table className={styles.plainTable}>
        <thead>
          <tr>
            <th scope="col">{t("scores.name")}</th>
            <th scope="col">{t("scores.result")}</th>
            <th scope="col" className={styles.end}>
              {t("scores.value")}
            </th>
            <th scope="col">{t("scores.findings")}</th>
            <th scope="col" className={styles.end}>
              {t("scores.took")}
            </th>
          </tr>
        </thead>
        <tbody className="num">
          {sorted.map((score) => (
            <ScoreRow key={`${score.kind}:${score.name}`} score={score} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ScoreRow({ score }: { score: ScoreOut }) {
  const { t } = useTranslation(["items", "common"]);
  const format = useFormat();
  const kind = t(`kind.${score.kind as "check"}`, { defaultValue: score.kind });
  return (
    <tr>
      <th scope="row">
        <span className="medium">
          <bdi>{nameOf(score.name)}</bdi>
        </span>
        <span className="meta">{t("scores.version", { kind, version: score.version })}</span>
      </th>
      <td>
        <Pill tone={TONES[score.result] ?? "plain"}>
          {t(`common:result.${score.result as "pass"}`, { defaultValue: score.result })}
        </Pill>
      </td>
      <td className={styles.end}>
        {score.value === null ? "" : format.decimal(score.value)}
        {score.label !== null && (
          <span className="meta">
            {" "}
            <bdi>{score.label}</bdi>
          </span>
        )}
      </td>
      <td className={styles.findings}>
        {score.reason !== null && (
          <p>
            <bdi>{safeLine(score.reason)}</bdi>
          </p>
        )}
        {score.findings.length > 0 && (
          <ul>
            {score.findings.map((finding, at) => (
              <li key={at}>
                <bdi>{safeLine(finding.reason)}</bdi>{" "}
                <span className="meta">
                  {t(`common:severity.${finding.severity as "minor"}`, { defaultValue: finding.severity })}
                </span>
              </li>
            ))}
          </ul>
        )}
      </td>
      <td className={`${styles.end} quiet nowrap`}>{t("scores.ms", { ms: Math.round(score.duration_ms * 10) / 10 })}</td>
    </tr>
  );
}
