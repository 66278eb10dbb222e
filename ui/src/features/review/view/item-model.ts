import { useMemo } from "react";
import type { AssignmentOut, ChatMessage, OutputObject } from "@/api/schema";
import { layoutOf, type Range, type TextFormat, warningsOf } from "@/shared/content";
import { originalOf } from "../model/draft";
import { PassageIndex, sentencesOf } from "../model/evidence";
import { type ChecksSummary, checksSummary, passagesOf, type ShownFinding, shownFindings, weakestFirst } from "../model/findings";
import { isJson, readableText } from "@/shared/content/output";

/** All that is computed once for an item on the desk. */
export interface ItemModel {
  readonly assignment: AssignmentOut;
  readonly output: OutputObject;
  /** What offsets count in. */
  readonly text: string;
  readonly json: boolean;
  readonly format: TextFormat;
  readonly findings: readonly ShownFinding[];
  readonly first: ShownFinding | null;
  readonly checks: ChecksSummary;
  readonly passages: ReturnType<typeof passagesOf>;
  readonly index: PassageIndex;
  readonly sentences: readonly Range[];
  readonly words: number;
  readonly hidden: number;
  readonly warnings: readonly string[];
  /** Turns before the output, without the instruction; more than one makes it a chat. */
  readonly turns: readonly ChatMessage[];
  readonly instruction: string | null;
}

const EMPTY: OutputObject = { type: "text", text: "" };
const models = new WeakMap<AssignmentOut, ItemModel>();

/** The model of an assignment, made once; a preloaded item has it before it is shown. */
export function itemModel(assignment: AssignmentOut): ItemModel {
  const known = models.get(assignment);
  if (known) return known;
  const made = makeModel(assignment);
  models.set(assignment, made);
  return made;
}

function makeModel(assignment: AssignmentOut): ItemModel {
  const { item } = assignment;
  const output = originalOf(assignment) ?? EMPTY;
  const text = readableText(output);
  const json = isJson(output);
  const layout = layoutOf(text, json ? "plain" : "markdown");
  const findings = shownFindings(assignment.scores, text, item.context);
  const messages = item.messages ?? [];
  const passages = passagesOf(item.context);
  return {
    assignment, output, text, json, findings, passages,
    format: json ? "plain" : "markdown",
    first: weakestFirst(findings)[0] ?? null,
    checks: checksSummary(assignment.scores),
    index: new PassageIndex(passages.map((passage) => passage.text), item.language),
    sentences: json ? [] : sentencesOf(text, item.language),
    words: layout.words,
    hidden: layout.specials.filter((one) => one.kind === "hidden" || one.kind === "flood").length,
    warnings: warningsOf(layout.specials, (at) => layout.points.fromUnits(at)),
    turns: messages.filter((message) => message.role !== "system"),
    instruction: item.prompt ?? (messages.filter((message) => message.role === "system").map((message) => (typeof message.content === "string" ? message.content : "")).join("\n\n") || null),
  };
}

export const useItemModel = (assignment: AssignmentOut): ItemModel => useMemo(() => itemModel(assignment), [assignment]);
