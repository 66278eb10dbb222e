import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PassageLabel, Verdict } from "@/api/schema";
import type { Mark, Range } from "@/shared/content";
import { layoutOf } from "@/shared/content";
import { nameOf } from "@/shared/format";
import type { Draft, FindingAnswer } from "../model/draft";
import { findingStates, isSeverity, marksOf, type ShownFinding, weakestFirst } from "../model/findings";
import { meaningChanges, suggestedCategories } from "../model/meaning";
import { type Need, needsOf } from "../model/needs";
import { differs, editableText, readableText, withText } from "@/shared/content/output";
import type { ReviewRoom } from "../model/room";
import type { Desk } from "../model/room-state";
import { evidenceOf } from "./finding-card";
import { useItemModel } from "./item-model";
import type { EditView } from "./paper";

export type SideTab = "asked" | "findings" | "context" | "guideline" | "history";

/** Everything the desk shows of one item, and what a person can do with it. Remade for each item. */
export function useDesk(room: ReviewRoom, desk: Desk) {
  const { t } = useTranslation(["review", "common"]);
  const model = useItemModel(desk.assignment);
  const { draft } = desk;
  const [selected, setSelected] = useState<string | null>(model.first?.key ?? null);
  const [tab, setTab] = useState<SideTab>(model.findings.length === 0 && !model.checks.hidden && model.passages.length > 0 ? "context" : "findings");
  const [sort, setSort] = useState<"text" | "weakest">(model.findings.length > 6 ? "weakest" : "text");
  const [raw, setRaw] = useState(false);
  const [view, setView] = useState<EditView>("changes");
  const [count, setCount] = useState(0);
  const [evidence, setEvidence] = useState(-1);
  const [sentence, setSentence] = useState<Range | null>(null);
  const [passage, setPassage] = useState<number | null>(null);
  const [comparing, setComparing] = useState<number | null>(null);
  const [picking, setPicking] = useState(false);
  const [marking, setMarking] = useState<Range | null>(null);
  const [caret, setCaret] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const reasonRef = useRef<HTMLTextAreaElement>(null);
  const editor = useRef<{ focus(): void }>(null);

  const edited = useMemo(() => {
    if (!differs(model.output, draft.text)) return null;
    const made = withText(model.output, draft.text ?? "");
    return made.ok ? readableText(made.output) : null;
  }, [model, draft.text]);
  const shown = useMemo(() => (sort === "weakest" ? weakestFirst(model.findings) : model.findings), [model, sort]);
  const states = useMemo(() => findingStates(model.findings, model.text, edited ?? model.text, desk.recheck.scores), [model, edited, desk.recheck.scores]);
  const finding = model.findings.find((one) => one.key === selected) ?? null;
  const verdict: Verdict = desk.mode === "read" ? "approve" : desk.mode;
  const needs = useMemo(() => needsOf(verdict, desk.assignment, draft, desk.recheck), [verdict, desk.assignment, draft, desk.recheck]);
  const suggested = useMemo(
    () => (edited === null ? [] : suggestedCategories(meaningChanges(model.text, edited), desk.assignment.form.categories.map((one) => one.name))),
    [edited, model, desk.assignment.form],
  );
  const uses = useMemo(() => (passage === null ? [] : model.index.uses(passage, model.text, model.sentences)), [passage, model]);

  const findingMarks = useMemo(
    () => marksOf(model.findings, (one) => t("review:finding.spoken", { number: one.number, severity: isSeverity(one.severity) ? t(`common:severity.${one.severity}`) : one.severity })),
    [model, t],
  );
  const marks = useMemo(() => {
    const points = layoutOf(model.text, model.format).points;
    const own: Mark[] = draft.spans.map((span, at) => ({ id: `own${at}`, kind: "own", from: points.toUnits(span.start), to: points.toUnits(span.end), spoken: span.category ? nameOf(span.category) : t("review:mark.own") }));
    const chosen: Mark[] = [...(sentence ? [sentence] : []), ...uses].map((range, at) => ({ id: `sentence${at}`, kind: "sentence", from: range.from, to: range.to }));
    const kept: Mark[] = marking ? [{ id: "marking", kind: "own", from: marking.from, to: marking.to }] : [];
    return [...findingMarks, ...own, ...kept, ...chosen];
  }, [findingMarks, draft.spans, marking, sentence, uses, model, t]);

  const select = useCallback(
    (key: string) => {
      setSelected(key);
      setEvidence(-1);
      setTab("findings");
      setRaw(false);
      room.active();
    },
    [room],
  );
  const step = (by: 1 | -1) => {
    const at = shown.findIndex((one) => one.key === selected);
    const next = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1)];
    if (next) select(next.key);
  };
  const answer = (to: ShownFinding, given: FindingAnswer | null) => room.change(answered(draft, desk, to, given));
  const answerSelected = (given: FindingAnswer) => {
    if (!finding) return;
    answer(finding, draft.findings[finding.key] === given ? null : given);
  };
  const point = (range: Range) => {
    if (range.to > range.from) {
      setSentence(range);
      setTab("context");
      return;
    }
    const around = model.sentences.find((one) => one.from <= range.from && one.to >= range.from) ?? null;
    if (around && sentence?.from === around.from) setSentence(null);
    else if (around && model.passages.length > 0) {
      setSentence(around);
      setPassage(null);
      setTab("context");
    }
  };
  const turnEvidence = (by: 1 | -1) => {
    const list = finding ? evidenceOf(model, finding) : [];
    if (list.length > 0) setEvidence(evidence < 0 ? (by > 0 ? 0 : list.length - 1) : (evidence + by + list.length) % list.length);
  };
  const mark = (range: Range, category: string | null) => {
    const points = layoutOf(model.text, model.format).points;
    const span = { start: points.fromUnits(range.from), end: points.fromUnits(range.to), category };
    const categories = category !== null && !draft.categories.includes(category) ? [...draft.categories, category] : draft.categories;
    room.change({ spans: [...draft.spans, span], categories });
  };
  const label = (id: string, given: PassageLabel | null) => {
    const { [id]: _dropped, ...rest } = draft.passages;
    room.change({ passages: given === null ? rest : { ...rest, [id]: given } });
  };
  const decide = (given: Verdict) => {
    const sent = room.decide(given, { warnings: model.warnings });
    // Only a person who tried to send is led to what is missing; nobody is moved while still answering.
    if (!sent) requestAnimationFrame(() => focusMissing(room.getState().desk?.missing ?? []));
    return sent;
  };

  useScrollTo(selected, passage, tab);

  return {
    room, desk, model, draft, edited, shown, states, finding, needs, suggested, marks, verdict,
    selected, select, step, tab, setTab, sort, setSort, raw, setRaw, view, setView, count, setCount, evidence, turnEvidence,
    sentence, setSentence, passage, setPassage, comparing, setComparing, picking, setPicking, marking, setMarking, caret, setCaret,
    link, setLink, reasonRef, editor, answer, answerSelected, point, mark, label, decide,
    text: draft.text ?? editableText(model.output),
  };
}

export type DeskView = ReturnType<typeof useDesk>;

/** An answer to a finding; "is an error" brings its category along, and taking it back takes that away again. */
function answered(draft: Draft, desk: Desk, finding: ShownFinding, given: FindingAnswer | null): Partial<Draft> {
  const { [finding.key]: _before, ...rest } = draft.findings;
  const findings = given === null ? rest : { ...rest, [finding.key]: given };
  const category = desk.assignment.form.categories.find((one) => one.name === finding.category)?.name;
  if (category === undefined) return { findings };
  if (given === "error") return { findings, categories: draft.categories.includes(category) ? draft.categories : [...draft.categories, category] };
  return { findings, categories: draft.findings[finding.key] === "error" ? draft.categories.filter((one) => one !== category) : draft.categories };
}

/** The first field that is missing, in the order in which they stand. */
function focusMissing(missing: readonly Need[]): void {
  const places: readonly (readonly [Need, string])[] = [["severity", '#verdict [role="radio"][tabindex="0"], main [role="radio"][tabindex="0"]'], ["reason", "#reason"], ["override", "#override"]];
  for (const [need, place] of places) {
    if (!missing.includes(need)) continue;
    document.querySelector<HTMLElement>(place)?.focus();
    return;
  }
}

/** Brings the chosen finding or passage into view where it is not; the other columns stay as they are. */
function useScrollTo(selected: string | null, passage: number | null, tab: SideTab): void {
  const first = useRef(true);
  useEffect(() => {
    const quiet = first.current;
    first.current = false;
    if (selected === null) return;
    const escaped = CSS.escape(selected);
    if (!quiet) document.querySelector(`mark[data-mark="${escaped}"]`)?.scrollIntoView({ block: "nearest" });
    document.querySelector(`[data-finding="${escaped}"]`)?.scrollIntoView({ block: "nearest" });
  }, [selected, tab]);
  useEffect(() => {
    if (passage === null) return;
    document.querySelector('mark[data-kind="sentence"]')?.scrollIntoView({ block: "nearest" });
    document.querySelector(`[data-passage="${passage}"]`)?.scrollIntoView({ block: "nearest" });
  }, [passage]);
}
