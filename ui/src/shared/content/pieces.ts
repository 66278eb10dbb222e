/** One shown stretch cut where marks and specials begin and end. */
import type { Special } from "./hidden";
import type { TextLayout } from "./layout";
import { type Range, touching } from "./ranges";

export type MarkKind = "finding" | "own" | "sentence" | "evidence";

/** A stretch of the text to be marked, in UTF-16 units. */
export interface Mark extends Range {
  readonly id: string;
  readonly kind: MarkKind;
  /** Shown in a round badge after the last word. */
  readonly number?: number;
  /** What a screen reader says before and after, such as "finding 1, major". */
  readonly spoken?: string;
}

export interface PlacedMark extends Mark {
  readonly begins: number;
  readonly ends: number;
  readonly pinned: boolean;
}

export interface Piece extends Range {
  readonly special: Special | null;
  /** Outermost first. */
  readonly marks: readonly PlacedMark[];
}

/** The pieces of a leaf, in order, covering all of it. */
export function piecesOf(leaf: Range, layout: TextLayout, marks: readonly PlacedMark[]): Piece[] {
  const specials = touching(layout.specials, leaf.from, leaf.to, layout.longestSpecial).filter((one) => one.kind !== "lines");
  const inLeaf = marks.filter((mark) => !mark.pinned && mark.from < leaf.to && mark.to > leaf.from);
  if (specials.length === 0 && inLeaf.length === 0) return [{ from: leaf.from, to: leaf.to, special: null, marks: [] }];
  const cuts = new Set<number>([leaf.from, leaf.to]);
  for (const range of [...specials, ...inLeaf]) {
    if (range.from > leaf.from && range.from < leaf.to) cuts.add(range.from);
    if (range.to > leaf.from && range.to < leaf.to) cuts.add(range.to);
  }
  // A box is one piece: no mark may cut it in two.
  for (const special of specials) {
    if (special.kind === "script") continue;
    for (const cut of cuts) if (cut > special.from && cut < special.to) cuts.delete(cut);
  }
  const sorted = [...cuts].sort((one, other) => one - other);
  const pieces: Piece[] = [];
  for (let at = 0; at + 1 < sorted.length; at++) {
    const from = sorted[at] ?? 0;
    const to = sorted[at + 1] ?? 0;
    pieces.push({
      from, to,
      special: specials.find((one) => one.from < to && one.to > from) ?? null,
      marks: inLeaf.filter((mark) => mark.from < to && mark.to > from),
    });
  }
  return pieces;
}
