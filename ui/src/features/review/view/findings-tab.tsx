import { IconAlertTriangle, IconCheck, IconEyeOff } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ScoreOut } from "@/api/schema";
import { visible, Words } from "@/shared/content";
import { nameOf } from "@/shared/format";
import type { FindingAnswer } from "../model/draft";
import { type FindingState, newFindings, type ShownFinding } from "../model/findings";
import type { Rechecked } from "../model/needs";
import controls from "./controls.module.css";
import { FindingCard } from "./finding-card";
import styles from "./findings.module.css";
import type { ItemModel } from "./item-model";

interface FindingsTabProps {
  model: ItemModel;
  shown: readonly ShownFinding[];
  states: ReadonlyMap<string, FindingState>;
  selected: string | null;
  evidence: number;
  answers: Readonly<Record<string, FindingAnswer>>;
  recheck: Rechecked;
  /** The readable text of the edit; null while nothing is edited. */
  edited: string | null;
  sort: "text" | "weakest";
  onSort: (sort: "text" | "weakest") => void;
  onSelect: (key: string) => void;
  onAnswer: (finding: ShownFinding, answer: FindingAnswer | null) => void;
  onPassage: (passage: number) => void;
  onLink: (address: string) => void;
}

/** Findings first, then what else was looked at. */
export function FindingsTab(props: FindingsTabProps) {
  const { model, shown, states, selected, evidence, answers, recheck, edited, sort, onSort, onSelect, onAnswer, onPassage, onLink } = props;
  const { t } = useTranslation("review");
  const list = useRef<HTMLUListElement>(null);
  useRoving(list, selected, shown, onSelect);
  const added = edited === null ? [] : newFindings(model.findings, model.text, edited, recheck.scores);
  return (
    <>
      {model.findings.length === 0 && added.length === 0 && <p className="small quiet">{t(model.checks.hidden ? "findings.hidden" : "findings.none")}</p>}
      {model.findings.length > 6 && (
        <div className={`${controls.seg} ${styles.sort}`} role="group" aria-label={t("findings.order")}>
          <button type="button" aria-pressed={sort === "weakest"} onClick={() => onSort("weakest")}>
            {t("findings.weakest")}
          </button>
          <button type="button" aria-pressed={sort === "text"} onClick={() => onSort("text")}>
            {t("findings.inText")}
          </button>
        </div>
      )}
      <ul ref={list} className={styles.list}>
        {shown.map((finding) => (
          <FindingCard
            key={finding.key}
            model={model}
            finding={finding}
            state={states.get(finding.key) ?? "open"}
            open={finding.key === selected}
            answer={answers[finding.key] ?? null}
            evidence={evidence}
            onOpen={() => onSelect(finding.key)}
            onAnswer={(answer) => onAnswer(finding, answer)}
            onPassage={onPassage}
            onLink={onLink}
          />
        ))}
      </ul>
      {added.length > 0 && (
        <section className={styles.added}>
          <h3>{t("findings.new", { count: added.length })}</h3>
          <ul>
            {added.map((one, at) => (
              <li key={at}>
                <IconAlertTriangle size={16} stroke={1.75} aria-hidden="true" className="warn" />
                <span>
                  <Words text={one.reason} /> <span className="quieter">{nameOf(one.check)}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Checks model={model} recheck={recheck} edited={edited !== null} />
    </>
  );
}

/** Arrow keys, Home and End move among the findings, as in any list. */
function useRoving(list: React.RefObject<HTMLUListElement | null>, selected: string | null, shown: readonly ShownFinding[], onSelect: (key: string) => void): void {
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const onKey = (event: KeyboardEvent) => {
      if (!(event.target instanceof HTMLElement) || event.target.closest("h3") === null) return;
      const at = shown.findIndex((finding) => finding.key === selected);
      const to = event.key === "ArrowDown" ? at + 1 : event.key === "ArrowUp" ? at - 1 : event.key === "Home" ? 0 : event.key === "End" ? shown.length - 1 : null;
      const next = to === null ? undefined : shown[Math.min(Math.max(to, 0), shown.length - 1)];
      if (!next) return;
      event.preventDefault();
      onSelect(next.key);
      requestAnimationFrame(() => element.querySelector<HTMLButtonElement>("[aria-current] h3 button")?.focus());
    };
    element.addEventListener("keydown", onKey);
    return () => element.removeEventListener("keydown", onKey);
  }, [list, selected, shown, onSelect]);
}

/** Passed, not run, hidden on purpose: each in one line. */
function Checks({ model, recheck, edited }: { model: ItemModel; recheck: Rechecked; edited: boolean }) {
  const { t } = useTranslation("review");
  const [open, setOpen] = useState(false);
  const { passed, notRun, skipped, hidden } = model.checks;
  return (
    <div className={styles.checks}>
      {passed.length > 0 && (
        <Line icon={<IconCheck size={16} stroke={1.75} className="ok" aria-hidden="true" />}>
          {t("checks.passed", { count: passed.length })}{" "}
          <button type="button" className={controls.plainLink} aria-expanded={open} onClick={() => setOpen(!open)}>
            {t(open ? "checks.hide" : "checks.show")}
          </button>
          {open && <Passed scores={[...passed, ...skipped]} />}
        </Line>
      )}
      {notRun.length > 0 && (
        <Line icon={<IconAlertTriangle size={16} stroke={1.75} className="warn" aria-hidden="true" />}>
          {t("checks.notRun", { count: notRun.length })}: {notRun.map(notRunWhy(t)).join("; ")}
        </Line>
      )}
      {edited && <Again recheck={recheck} />}
      {hidden && <Line icon={<IconEyeOff size={16} stroke={1.75} className="quieter" aria-hidden="true" />}>{t("checks.hidden")}</Line>}
    </div>
  );
}

const notRunWhy = (t: ReturnType<typeof useTranslation<"review">>["t"]) => (score: ScoreOut): string =>
  `${nameOf(score.name)} ${t(score.result === "timed_out" ? "checks.timedOut" : "checks.errored")}`;

function Again({ recheck }: { recheck: Rechecked }) {
  const { t } = useTranslation("review");
  if (recheck.state === "idle") return null;
  if (recheck.state === "running") return <Line icon={null}>{t("checks.again.running")}</Line>;
  if (recheck.state === "failed") return <Line icon={<IconAlertTriangle size={16} stroke={1.75} className="warn" aria-hidden="true" />}>{t("checks.again.failed")}</Line>;
  const failing = recheck.failed;
  if (failing.length === 0) return <Line icon={<IconCheck size={16} stroke={1.75} className="ok" aria-hidden="true" />}>{t("checks.again.passed", { count: (recheck.scores ?? []).filter((score) => score.result === "pass").length })}</Line>;
  return (
    <Line icon={<IconAlertTriangle size={16} stroke={1.75} className="bad" aria-hidden="true" />}>
      {t("checks.again.failing", { names: failing.map(nameOf).join(", ") })}
    </Line>
  );
}

function Passed({ scores }: { scores: readonly ScoreOut[] }) {
  const { t } = useTranslation("common");
  return (
    <ul className={styles.passed}>
      {scores.map((score) => (
        <li key={score.name}>
          <bdi>{nameOf(score.name)}</bdi>
          <span className="quieter">
            {score.result === "skipped" ? `${t("result.skipped")}${score.reason ? `: ${visible(score.reason)}` : ""}` : (visible(score.reason ?? t("result.pass")))}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Line({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.line}>
      {icon}
      <div>{children}</div>
    </div>
  );
}
