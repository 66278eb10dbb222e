/**
 * Offsets on the wire count Unicode code points; a JavaScript string counts UTF-16 units.
 * This converts between the two for one text, in O(log of the characters beyond the basic plane).
 */
export class CodePoints {
  /** How many code points the text has. */
  readonly length: number;
  private readonly units: number;
  /** UTF-16 index of each surrogate pair, ascending. */
  private readonly pairs: number[] = [];

  constructor(text: string) {
    for (let at = 0; at < text.length - 1; at++) {
      if (isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1))) this.pairs.push(at++);
    }
    this.units = text.length;
    this.length = text.length - this.pairs.length;
  }

  /** The UTF-16 index of a code point offset; offsets outside the text are moved to its ends. */
  toUnits(offset: number): number {
    const wanted = Math.min(Math.max(Math.trunc(offset), 0), this.length);
    // The i-th pair starts at code point pairs[i] - i; each pair that starts before `wanted` adds one unit.
    let low = 0;
    let high = this.pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.pairs[middle] ?? 0) - middle < wanted) low = middle + 1;
      else high = middle;
    }
    return wanted + low;
  }

  /** The code point offset of a UTF-16 index; an index inside a pair counts as its start. */
  fromUnits(index: number): number {
    const wanted = Math.min(Math.max(Math.trunc(index), 0), this.units);
    let low = 0;
    let high = this.pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.pairs[middle] ?? 0) + 1 < wanted) low = middle + 1;
      else high = middle;
    }
    const inside = this.pairs[low] !== undefined && wanted === (this.pairs[low] ?? 0) + 1 ? 1 : 0;
    return wanted - low - inside;
  }
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
