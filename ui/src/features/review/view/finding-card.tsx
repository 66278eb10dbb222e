import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { EvidencePassage, Words } from "@/shared/content";
import { nameOf } from "@/shared/format";
import { KeyOf } from "@/shared/keys";
import { Pill } from "@/shared/ui";
import type { FindingAnswer } from "../model/draft";
import { type FindingState, isSeverity, rankOf, type ShownFinding } from "../model/findings";
import controls from "./controls.module.css";
import styles from "./findings.module.css";
import type { ItemModel } from "./item-model";

interface FindingCardProps {
  model: ItemModel;
  finding: ShownFinding;
  state: FindingState;
  open: boolean;
  answer: FindingAnswer | null;
  evidence: number;
  onOpen: () => void;
  onAnswer: (answer: FindingAnswer | null) => void;
  onPassage: (passage: number) => void;
  onLink: (address: string) => void;
  focusRef?: (element: HTMLButtonElement | null) => void;
}

/** A finding with its claim, its passages and the question whether it is right. */
export function FindingCard(props: FindingCardProps) {
  const { finding, state, open, onOpen, focusRef } = props;
  return (
    <li className={styles.card} aria-current={open || undefined} data-finding={finding.key}>
      <h3>
        <button type="button" className={styles.title} aria-expanded={open} tabIndex={open ? 0 : -1} ref={focusRef} onClick={onOpen}>
          <span className={styles.number}>{finding.number}</span>
          <span className={open ? "strong" : "medium"}>
            <Words text={finding.title} />
          </span>
          <StateTag finding={finding} state={state} />
        </button>
      </h3>
      {open && <FindingBody {...props} />}
    </li>
  );
}

export function StateTag({ finding, state }: { finding: ShownFinding; state: FindingState }) {
  const { t } = useTranslation(["review", "common"]);
  if (state !== "open")
    return (
      <span className={`${styles.fixed} ok`}>
        <IconCheck size={14} stroke={1.75} aria-hidden="true" />
        {t(`review:finding.${state}`)}
      </span>
    );
  return (
    <span className={styles.fixed}>
      <Pill tone={finding.severity === "critical" ? "bad" : rankOf(finding.severity) > 0 ? "warn" : "plain"}>
        {isSeverity(finding.severity) ? t(`common:severity.${finding.severity}`) : finding.severity}
      </Pill>
    </span>
  );
}

/** The open part; the phone's sheet shows it too. */
export function FindingBody({ model, finding, answer, evidence, onAnswer, onPassage, onLink }: Omit<FindingCardProps, "focusRef" | "state" | "open" | "onOpen">) {
  const { t } = useTranslation("review");
  const shown = evidenceOf(model, finding);
  return (
    <div className={styles.body}>
      {finding.detail !== null && (
        <p className="quiet">
          <Words text={finding.detail} />
        </p>
      )}
      <p className="meta">
        {t("finding.by", { check: nameOf(finding.check) })}
        {finding.category !== null && ` · ${nameOf(finding.category)}`}
        {finding.field !== "output" && ` · ${t("finding.elsewhere", { field: finding.field })}`}
      </p>
      {shown.length === 0 && <p className="meta">{t(model.passages.length === 0 ? "context.none" : "finding.noPassage")}</p>}
      {shown.map((one, at) => {
        const passage = model.passages[one.passage];
        return (
          passage && (
            <EvidencePassage
              key={`${one.passage}-${one.range.from}`}
              text={passage.text}
              source={passage.title ?? passage.source ?? passage.id}
              relation={one.relation}
              highlights={one.range.to > one.range.from ? [one.range] : []}
              current={at === evidence}
              onSelect={() => onPassage(one.passage)}
              onLink={onLink}
            />
          )
        );
      })}
      <div className={styles.answers} role="group" aria-label={t("finding.question")}>
        <button type="button" className={controls.small} aria-pressed={answer === "error"} onClick={() => onAnswer(answer === "error" ? null : "error")}>
          {t("finding.isError")} <KeyOf action="isError" />
        </button>
        <button type="button" className={controls.small} aria-pressed={answer === "not_error"} onClick={() => onAnswer(answer === "not_error" ? null : "not_error")}>
          {t("finding.notError")} <KeyOf action="notError" />
        </button>
      </div>
    </div>
  );
}

/** The evidence a finding brings, else the passages that share most words with the sentence it stands in. */
export function evidenceOf(model: ItemModel, finding: ShownFinding): readonly ShownFinding["evidence"][number][] {
  if (finding.evidence.length > 0) return finding.evidence.slice(0, 3);
  const range = finding.range;
  if (range === null) return [];
  const around = model.sentences.find((sentence) => sentence.from <= range.from && sentence.to >= range.from) ?? range;
  return model.index.best(model.text.slice(around.from, Math.max(around.to, range.to)), 2).map((hit) => ({ passage: hit.passage, range: hit.range, relation: "related" as const }));
}
