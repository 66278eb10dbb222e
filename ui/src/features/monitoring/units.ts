import type { MetricPoint, MetricsOut } from "@/api/schema";
import type { Format } from "@/shared/format";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The number of a point, counted or estimated; null where there is none. */
export const valueOf = (point: MetricPoint): number | null => point.estimate?.value ?? point.value;

/** A value as the reader writes it, with its unit. */
export function written(value: number, told: MetricsOut, format: Format): string {
  switch (told.metric.unit) {
    case "share":
      return format.share(value);
    case "ms":
      return duration(value, format);
    case "money":
      return `${told.currency ?? ""} ${format.decimal(value)}`.trim();
    case "per_hour":
      return value < 10 ? format.decimal(value) : format.count(Math.round(value));
    default:
      return format.count(value);
  }
}

/** From milliseconds to days: `40 ms`, `2.5 s`, `12 min`, `3 h 10 min`. */
export function duration(ms: number, format: Format): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${format.count(Math.round(ms / 100) / 10)} s`;
  return format.span(ms);
}

/** Whether a line has any number at all. */
export const isEmpty = (told: MetricsOut): boolean =>
  told.series.every((line) => line.points.every((point) => valueOf(point) === null || (told.metric.unit === "count" && valueOf(point) === 0)));
