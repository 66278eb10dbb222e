/** What the page looks at; it stands in the address, so that a link shows the same. */
export const RANGES = ["24h", "7d", "30d", "90d", "1y"] as const;
export type Range = (typeof RANGES)[number];
export type Step = "hour" | "day" | "week";

export interface View {
  range: Range;
  /** `domain:task`; null for all. */
  segment: string | null;
}

export type MonitoringSearch = { range?: Range | undefined; segment?: string | undefined };

const HOURS: Record<Range, number> = { "24h": 24, "7d": 7 * 24, "30d": 30 * 24, "90d": 90 * 24, "1y": 365 * 24 };
const STEPS: Record<Range, Step> = { "24h": "hour", "7d": "day", "30d": "day", "90d": "day", "1y": "week" };

const isRange = (word: unknown): word is Range => RANGES.some((range) => range === word);
const isSegment = (word: unknown): word is string => typeof word === "string" && word.length > 0 && word.length <= 129;

/** The view of an address; what is not understood is the default. */
export function fromSearch(search: { [name: string]: unknown }): View {
  return {
    range: isRange(search["range"]) ? search["range"] : "30d",
    segment: isSegment(search["segment"]) ? search["segment"] : null,
  };
}

/** The view as it stands in an address; the defaults are left out. */
export const toSearch = (view: View): MonitoringSearch => ({
  range: view.range === "30d" ? undefined : view.range,
  segment: view.segment ?? undefined,
});

/** What is asked of the server for this range. */
export function timeOf(range: Range, now: Date): { from: string; step: Step } {
  // One step less than the range is long: the server moves both ends out to whole steps.
  const hours = HOURS[range] - (STEPS[range] === "hour" ? 1 : 24);
  return { from: new Date(now.getTime() - hours * 3_600_000).toISOString(), step: STEPS[range] };
}
