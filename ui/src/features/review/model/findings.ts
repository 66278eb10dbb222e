/** The findings of an item as a reviewer meets them: numbered in text order, with their place and evidence. */
import type { AssignmentOut, ContextPassage, FindingOut, JsonObject, ScoreOut, Severity } from "@/api/schema";
import { CodePoints, type Mark, type Range, type Relation } from "@/shared/content";

export interface Evidence {
  readonly passage: number;
  readonly range: Range;
  readonly relation: Relation;
}

export interface ShownFinding {
  /** `<check>/<n>`, as answers name it. */
  readonly key: string;
  readonly check: string;
  readonly number: number;
  readonly title: string;
  readonly detail: string | null;
  readonly severity: string;
  readonly category: string | null;
  /** In UTF-16 units of the readable output; null when it is about the whole or about something else. */
  readonly range: Range | null;
  readonly field: string;
  readonly evidence: readonly Evidence[];
}

const RANK: Readonly<Record<string, number>> = { critical: 2, major: 1, minor: 0 };
export const rankOf = (severity: string): number => RANK[severity] ?? 1;

/** Context passages with the ids they have by default. */
export function passagesOf(context: readonly ContextPassage[] | null | undefined): readonly (ContextPassage & { id: string })[] {
  return (context ?? []).map((passage, at) => ({ ...passage, id: passage.id ?? String(at + 1) }));
}

/** All findings of the scores on candidate 0 or on the whole item, in text order; those without a place come last. */
export function shownFindings(scores: readonly ScoreOut[] | null, text: string, context: AssignmentOut["item"]["context"]): readonly ShownFinding[] {
  const points = new CodePoints(text);
  const passages = passagesOf(context);
  const all = (scores ?? []).flatMap((score) =>
    score.findings.map((finding, at) => ({ score, finding, key: `${score.name}/${at}`, range: rangeOf(finding, points) })),
  );
  return all
    .filter(({ finding }) => finding.candidate === null || finding.candidate === 0)
    .sort((one, other) => (one.range?.from ?? Infinity) - (other.range?.from ?? Infinity) || rankOf(other.finding.severity) - rankOf(one.finding.severity))
    .map(({ score, finding, key, range }, at) => {
      const [title, detail] = titleOf(finding.reason);
      return {
        key, range, title, detail, number: at + 1,
        check: score.name,
        severity: finding.severity,
        category: finding.category,
        field: finding.field,
        evidence: evidenceOf(finding, passages),
      };
    });
}

function rangeOf(finding: FindingOut, points: CodePoints): Range | null {
  if (finding.field !== "output" || finding.start === null || finding.end === null) return null;
  const from = points.toUnits(finding.start);
  return { from, to: Math.max(from, points.toUnits(finding.end)) };
}

/** The first sentence is the title, what follows explains. */
function titleOf(reason: string): [string, string | null] {
  const end = /^(.{8,140}?[^.\d]\.)\s+(?=\p{Lu})/u.exec(reason);
  return end?.[1] ? [end[1].replace(/\.$/, ""), reason.slice(end[0].length)] : [reason.replace(/\.$/, ""), null];
}

function evidenceOf(finding: FindingOut, passages: readonly (ContextPassage & { id: string })[]): Evidence[] {
  const given: readonly JsonObject[] = finding.evidence.length > 0 ? finding.evidence.map((one) => ({ ...one })) : finding.context_id !== null ? [{ context_id: finding.context_id }] : [];
  return given.flatMap((one) => {
    const passage = passages.findIndex((candidate) => candidate.id === one["context_id"]);
    const text = passages[passage]?.text;
    if (text === undefined) return [];
    const points = new CodePoints(text);
    const start = typeof one["start"] === "number" ? points.toUnits(one["start"]) : 0;
    const end = typeof one["end"] === "number" ? points.toUnits(one["end"]) : start;
    return [{ passage, range: { from: start, to: end }, relation: relationOf(one["relation"]) }];
  });
}

const relationOf = (word: unknown): Relation => (word === "contradicts" || word === "supports" ? word : "related");

/** Weakest first: by severity, then in text order. */
export const weakestFirst = (findings: readonly ShownFinding[]): readonly ShownFinding[] =>
  [...findings].sort((one, other) => rankOf(other.severity) - rankOf(one.severity) || one.number - other.number);

/** Marks of the findings in the output. `spoken` makes the words for screen readers. */
export const marksOf = (findings: readonly ShownFinding[], spoken: (finding: ShownFinding) => string): readonly Mark[] =>
  findings.flatMap((finding) =>
    finding.range ? [{ id: finding.key, kind: "finding", ...finding.range, number: finding.number, spoken: spoken(finding) }] : [],
  );

export interface ChecksSummary {
  readonly passed: readonly ScoreOut[];
  readonly notRun: readonly ScoreOut[];
  readonly skipped: readonly ScoreOut[];
  readonly hidden: boolean;
}

/** What ran without a word, what did not run, what is hidden on purpose. */
export function checksSummary(scores: readonly ScoreOut[] | null): ChecksSummary {
  const all = scores ?? [];
  return {
    passed: all.filter((score) => score.result === "pass" && score.kind !== "caller"),
    notRun: all.filter((score) => score.result === "errored" || score.result === "timed_out"),
    skipped: all.filter((score) => score.result === "skipped"),
    hidden: scores === null,
  };
}

export type FindingState = "open" | "fixed" | "changed";

/**
 * What an edit did to each finding: `fixed` when its check ran again and no longer says it; `changed` when its check
 * cannot run again but the marked words are gone.
 */
export function findingStates(findings: readonly ShownFinding[], original: string, edited: string, again: readonly ScoreOut[] | null): ReadonlyMap<string, FindingState> {
  const states = new Map<string, FindingState>();
  for (const finding of findings) {
    const score = again?.find((one) => one.name === finding.check);
    const ran = score !== undefined && ["pass", "fail", "flag"].includes(score.result);
    if (ran) states.set(finding.key, score.findings.some((one) => saysTheSame(one, finding, original, edited)) ? "open" : "fixed");
    else if (finding.range && finding.range.to > finding.range.from) {
      const words = original.slice(finding.range.from, finding.range.to);
      states.set(finding.key, countOf(edited, words) < countOf(original, words) ? "changed" : "open");
    } else states.set(finding.key, "open");
  }
  return states;
}

/** The same objection to the same words: offsets move with an edit, words and category do not. */
function saysTheSame(now: FindingOut, before: ShownFinding, original: string, edited: string): boolean {
  if (now.category !== before.category) return false;
  if (now.start === null || now.end === null || !before.range) return now.start === null && !before.range;
  const points = new CodePoints(edited);
  return edited.slice(points.toUnits(now.start), points.toUnits(now.end)) === original.slice(before.range.from, before.range.to);
}

const countOf = (text: string, words: string): number => (words === "" ? 0 : text.split(words).length - 1);

/** Findings of the second run that were not there before. */
export function newFindings(findings: readonly ShownFinding[], original: string, edited: string, again: readonly ScoreOut[] | null): readonly { check: string; reason: string; severity: string }[] {
  return (again ?? []).flatMap((score) =>
    score.findings
      .filter((now) => !findings.some((before) => before.check === score.name && saysTheSame(now, before, original, edited)))
      .map((now) => ({ check: score.name, reason: now.reason, severity: now.severity })),
  );
}


export const severities: readonly Severity[] = ["minor", "major", "critical"];
export const isSeverity = (word: string): word is Severity => severities.some((one) => one === word);
