/** What an edit took out and put in, word by word. */
import { presentableDiff } from "@codemirror/merge";

export interface Change {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/**
 * The changes between two texts, in order, whole words and whole numbers at a time; bounded in time, so that a long
 * text does not hold up the typing.
 */
export function changesBetween(original: string, edited: string): readonly Change[] {
  if (original === edited) return [];
  const found = presentableDiff(original, edited, { scanLimit: 1_000, timeout: 120 });
  const whole: Change[] = [];
  let last: Change | null = null;
  for (const change of found) {
    const grown = grow(change, original, edited, last);
    if (last && (grown.fromA <= last.toA || grown.fromB <= last.toB)) {
      last = { fromA: last.fromA, toA: Math.max(last.toA, grown.toA), fromB: last.fromB, toB: Math.max(last.toB, grown.toB) };
      whole[whole.length - 1] = last;
    } else {
      last = grown;
      whole.push(grown);
    }
  }
  return whole;
}

const INSIDE = /[\p{L}\p{M}\p{N}]/u;
const inWord = (letter: string | undefined): boolean => letter !== undefined && INSIDE.test(letter);
/** A point or comma between two digits belongs to the number. */
const inNumber = (text: string, at: number): boolean => /[.,'’]/.test(text[at] ?? "") && /\d/.test(text[at - 1] ?? "") && /\d/.test(text[at + 1] ?? "");
const joined = (text: string, at: number): boolean => inWord(text[at]) || inNumber(text, at);

/** Widens a change that begins or ends inside a word to the whole word; both texts agree on what is added. */
function grow(change: Change, original: string, edited: string, last: Change | null): Change {
  let { fromA, toA, fromB, toB } = change;
  const cutsStart = joined(original, fromA) || joined(edited, fromB);
  while (cutsStart && fromA > 0 && fromB > 0 && joined(original, fromA - 1) && original[fromA - 1] === edited[fromB - 1] && fromA > (last?.toA ?? 0)) {
    fromA--;
    fromB--;
  }
  const cutsEnd = joined(original, toA - 1) || joined(edited, toB - 1);
  while (cutsEnd && toA < original.length && toB < edited.length && joined(original, toA) && original[toA] === edited[toB]) {
    toA++;
    toB++;
  }
  return { fromA, toA, fromB, toB };
}
