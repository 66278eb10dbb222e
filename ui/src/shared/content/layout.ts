/** A text made ready for the screen: blocks, leaves, specials, sections. Costly for long texts, so the last ones are kept. */
import type { Block, Cell, Inline } from "./blocks";
import { CodePoints } from "./code-points";
import { type Special, specialsIn } from "./hidden";
import { markdownBlocks } from "./markdown";
import { plainBlocks } from "./plain";
import { longestOf, type Range, touching } from "./ranges";

export type TextFormat = "markdown" | "plain";

export interface Section extends Range {
  readonly blocks: readonly Block[];
}

export interface Heading extends Range {
  readonly level: number;
  readonly text: string;
}

export interface TextLayout {
  readonly text: string;
  readonly format: TextFormat;
  readonly points: CodePoints;
  readonly specials: readonly Special[];
  readonly longestSpecial: number;
  readonly sections: readonly Section[];
  /** Every stretch that is shown, in text order. */
  readonly leaves: readonly Range[];
  readonly headings: readonly Heading[];
  readonly words: number;
}

const SECTION_SIZE = 1_500;
const KEPT = 40;
const kept = new Map<string, TextLayout>();

/** The layout of a text; the last forty are remembered, so that showing a preloaded item costs nothing. */
export function layoutOf(text: string, format: TextFormat): TextLayout {
  const key = `${format}:${text}`;
  const known = kept.get(key);
  if (known) {
    kept.delete(key);
    kept.set(key, known);
    return known;
  }
  const made = makeLayout(text, format);
  kept.set(key, made);
  const oldest = kept.keys().next();
  if (kept.size > KEPT && !oldest.done) kept.delete(oldest.value);
  return made;
}

function makeLayout(text: string, format: TextFormat): TextLayout {
  const blocks = format === "markdown" ? markdownBlocks(text) : plainBlocks(text);
  const specials = specialsIn(text);
  const leaves = leavesOfBlocks(blocks).sort((one, other) => one.from - other.from);
  return {
    text, format, specials, leaves,
    points: new CodePoints(text),
    longestSpecial: longestOf(specials),
    sections: sectionsOf(blocks),
    headings: headingsOf(blocks, text),
    words: countWords(text),
  };
}

/** A text as one leaf, for what is drawn stretch by stretch (JSON, evidence). */
export function layoutOfLine(text: string): TextLayout {
  const specials = specialsIn(text).filter((one) => one.kind !== "lines");
  const leaf = { from: 0, to: text.length };
  return {
    text, format: "plain", specials, leaves: [leaf], sections: [], headings: [], words: 0,
    points: new CodePoints(text),
    longestSpecial: longestOf(specials),
  };
}

export const countWords = (text: string): number => text.match(/[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*/gu)?.length ?? 0;

function sectionsOf(blocks: readonly Block[]): Section[] {
  const sections: Section[] = [];
  let open: Block[] = [];
  const close = (): void => {
    const first = open[0];
    const last = open[open.length - 1];
    if (first && last) sections.push({ from: first.from, to: last.to, blocks: open });
    open = [];
  };
  let from = 0;
  for (const block of blocks) {
    if (open.length > 0 && (block.to - from > SECTION_SIZE || (block.kind === "heading" && block.from - from > SECTION_SIZE / 3))) close();
    if (open.length === 0) from = block.from;
    open.push(block);
  }
  close();
  return sections;
}

function headingsOf(blocks: readonly Block[], text: string): Heading[] {
  return blocks.flatMap((block) =>
    block.kind === "heading"
      ? [{ from: block.from, to: block.to, level: block.level, text: text.slice(block.from, block.to).replace(/^#+\s*|\s*#+\s*$/g, "").replace(/[*_`]/g, "") }]
      : [],
  );
}

const leavesOfBlocks = (blocks: readonly Block[]): Range[] => blocks.flatMap(leavesOfBlock);

function leavesOfBlock(block: Block): Range[] {
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return leavesOfInlines(block.inlines);
    case "quote":
      return leavesOfBlocks(block.blocks);
    case "list":
      return block.items.flatMap((item) => leavesOfBlocks(item.blocks));
    case "code":
      return [...block.lines];
    case "table":
      return [block.head, ...block.rows].flatMap((row) => row.flatMap((cell: Cell) => leavesOfInlines(cell.inlines)));
    case "rule":
    case "gap":
      return [];
  }
}

const leavesOfInlines = (inlines: readonly Inline[]): Range[] => inlines.flatMap(leavesOfInline);

function leavesOfInline(inline: Inline): Range[] {
  switch (inline.kind) {
    case "text":
    case "sign":
    case "code":
      return [{ from: inline.from, to: inline.to }];
    case "emphasis":
    case "strong":
    case "strike":
      return leavesOfInlines(inline.children);
    case "link":
      return inline.written.from === inline.from ? leavesOfInlines(inline.children) : [...leavesOfInlines(inline.children), inline.written];
    case "image":
      return [{ from: inline.from, to: inline.to }];
    case "break":
      return [];
  }
}

/** Where a mark is drawn: the last thing drawn of it, or the leaf it is pinned to because nothing of it is shown. */
export interface Placed {
  readonly begins: number;
  readonly ends: number;
  readonly pinned: boolean;
}

export function placeOf(layout: TextLayout, mark: Range): Placed | null {
  const leaves = layout.leaves;
  if (leaves.length === 0) return null;
  const longest = longestLeaf(layout);
  const shown = touching(leaves, mark.from, Math.max(mark.to, mark.from + 1), longest).filter(
    (leaf) => leaf.to > leaf.from && (mark.from === mark.to ? false : leaf.from < mark.to && leaf.to > mark.from),
  );
  const first = shown[0];
  const last = shown[shown.length - 1];
  if (first && last) return { begins: Math.max(mark.from, first.from), ends: Math.min(mark.to, last.to), pinned: false };
  const next = leaves.find((leaf) => leaf.to > mark.from) ?? leaves[leaves.length - 1];
  const at = next ? Math.max(next.from, Math.min(mark.from, next.to)) : 0;
  return { begins: at, ends: at, pinned: true };
}

const longestLeaves = new WeakMap<TextLayout, number>();
function longestLeaf(layout: TextLayout): number {
  const known = longestLeaves.get(layout) ?? longestOf(layout.leaves);
  longestLeaves.set(layout, known);
  return known;
}
