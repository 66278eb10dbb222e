/** A text without markup: one paragraph a line, so that each line finds its own direction. */
import type { Block } from "./blocks";

/** The lines of a text as paragraphs; runs of more than three empty lines become a gap. */
export function plainBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let from = 0;
  let emptyFrom = -1;
  let empty = 0;
  const closeGap = (to: number): void => {
    if (empty > 3) blocks.push({ kind: "gap", from: emptyFrom, to, lines: empty });
    else for (let line = 0; line < empty; line++) blocks.push({ kind: "paragraph", from: emptyFrom, to: emptyFrom, inlines: [] });
    empty = 0;
  };
  for (const line of text.split("\n")) {
    const to = from + line.length;
    if (line.trim() === "" && blocks.length + empty > 0) {
      if (empty === 0) emptyFrom = from;
      empty++;
    } else {
      closeGap(from);
      blocks.push({ kind: "paragraph", from, to, inlines: to > from ? [{ kind: "text", from, to }] : [] });
    }
    from = to + 1;
  }
  if (empty > 3) closeGap(text.length);
  return blocks;
}
