/** A stretch of a text in UTF-16 units, `to` excluded. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export const overlaps = (one: Range, other: Range): boolean =>
  one.from === one.to ? one.from >= other.from && one.from < other.to : one.from < other.to && other.from < one.to;

/** The ranges of a sorted list (by `from`) that can touch [from, to); `longest` is the length of the longest. */
export function touching<T extends Range>(sorted: readonly T[], from: number, to: number, longest: number): T[] {
  let low = 0;
  let high = sorted.length;
  const earliest = from - longest;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.from ?? 0) < earliest) low = middle + 1;
    else high = middle;
  }
  const found: T[] = [];
  for (let index = low; index < sorted.length; index++) {
    const range = sorted[index];
    if (range === undefined || range.from >= to) break;
    if (range.to > from || range.from >= from) found.push(range);
  }
  return found;
}

export const longestOf = (ranges: readonly Range[]): number =>
  ranges.reduce((longest, range) => Math.max(longest, range.to - range.from), 0);
