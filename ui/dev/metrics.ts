/** Invented metrics in the shape of the server's, for development and tests. */
import type * as wire from "../src/api/schema.ts";
import en from "../src/features/monitoring/locales/en.json" with { type: "json" };
import type { Mood } from "./world.ts";

const DAY = 86_400_000;
const SHAPES: Record<string, { unit: string; at: number; swing: number; of?: number; shape?: string }> = {
  items_received: { unit: "count", at: 360, swing: 60 },
  items_decided: { unit: "count", at: 120, swing: 40 },
  escalation_rate: { unit: "share", at: 0.055, swing: 0.012, of: 360 },
  override_rate: { unit: "share", at: 0.14, swing: 0.03, of: 60 },
  audit_escape_rate: { unit: "share", at: 0.011, swing: 0.006, of: 60 },
  audit_coverage: { unit: "share", at: 0.05, swing: 0.01, of: 340 },
  post_review_error_rate: { unit: "share", at: 0.02, swing: 0.01, of: 50 },
  recall_rate: { unit: "share", at: 0.004, swing: 0.002, of: 350 },
  deadlines_kept: { unit: "share", at: 0.961, swing: 0.03, of: 50 },
  late_share: { unit: "share", at: 0.04, swing: 0.02, of: 50 },
  resolution_time: { unit: "ms", at: 720_000, swing: 120_000, shape: "quantiles" },
  latency_added: { unit: "ms", at: 4_000, swing: 1_000, shape: "quantiles" },
  latency_machine: { unit: "ms", at: 14, swing: 4, shape: "quantiles" },
  reviewer_throughput: { unit: "per_hour", at: 42, swing: 6, of: 3 },
  effective_throughput: { unit: "per_hour", at: 640, swing: 80 },
  cost_per_decision: { unit: "money", at: 0.12, swing: 0.02, of: 360 },
  reviews_given: { unit: "count", at: 20, swing: 8 },
  confidently_wrong: { unit: "count", at: 1, swing: 1 },
  queue_depth: { unit: "count", at: 61, swing: 0, shape: "present" },
  oldest_waiting: { unit: "ms", at: 3_000_000, swing: 0, shape: "present" },
  held_now: { unit: "count", at: 4, swing: 0, shape: "present" },
};
const UGLY = "billing:" + "überlange-abteilungsbezeichnung-".repeat(3);

type Meaning = Record<string, string>;
const meanings = en.metric as Record<string, Meaning>;

function described(key: string): wire.MetricOut {
  const meaning = meanings[key] ?? {};
  return {
    key,
    title: meaning["title"] ?? key,
    question: meaning["question"] ?? key,
    numerator: meaning["numerator"] ?? "",
    denominator: meaning["denominator"] ?? "",
    clock: meaning["clock"] ?? "",
    unit: SHAPES[key]?.unit ?? "count",
    by: ["segment"],
    note: meaning["note"] ?? "",
    shape: SHAPES[key]?.shape ?? "line",
    is_estimate: key === "audit_escape_rate",
    alarm_below: key === "override_rate" ? 0.02 : null,
    alarm_above: key === "override_rate" ? 0.3 : null,
    left_out: meaning["left_out"] ?? "",
  };
}

export function metricList(mood: Mood): wire.MetricListOut {
  const segments = { full: ["claims:decision_letter", "support:refund"], empty: [], ugly: [UGLY, "__proto__:constructor"] }[mood];
  return {
    data: Object.keys(SHAPES).map(described),
    not_yet: Object.entries(en.later).map(([key, one]) => ({ key, ...one })),
    segments,
  };
}

/** The same wave each time, so that pictures can be compared. */
const wave = (at: number, seed: number) => Math.sin(at * 0.9 + seed) * 0.6 + Math.sin(at * 0.37 + seed * 3) * 0.4;

export function metric(query: URLSearchParams, mood: Mood, now: Date): wire.MetricsOut {
  const key = query.get("name") ?? "";
  const meaning = described(key);
  const by = query.get("by");
  const isPresent = meaning.shape === "present";
  const step = query.get("step") ?? "day";
  const length = isPresent ? 1 : step === "hour" ? 24 : 30;
  const names = {
    source: ["auto", "human", "edited", "fallback"],
    reviewer: mood === "ugly" ? ["constructor", "{b|" + UGLY + "}", "Reviewer <b>9</b>"] : ["Reviewer 7", "Reviewer 9", "Reviewer 12"],
  }[by ?? ""] ?? [""];
  const lines = names.flatMap((name, at) =>
    (meaning.shape === "quantiles" ? ["p50", "p95", "p99"] : [null]).map((quantile) => line(key, name, at, quantile, length, step, mood, now)),
  );
  return {
    metric: meaning,
    from_at: lines[0]?.points[0]?.at ?? now.toISOString(),
    to_at: now.toISOString(),
    step: isPresent ? "now" : step,
    zone: "Europe/Berlin",
    by,
    currency: meaning.unit === "money" ? "EUR" : null,
    counted_until: now.toISOString(),
    series: lines,
    more_series: 0,
    items_url: "/items?received_from=2026-11-01T00%3A00%3A00.000Z",
  };
}

function line(key: string, name: string, seed: number, quantile: string | null, length: number, step: string, mood: Mood, now: Date): wire.MetricLine {
  const shape = SHAPES[key] ?? { unit: "count", at: 1, swing: 0 };
  const times = { p50: 1, p95: 12, p99: 32 }[quantile ?? "p50"] ?? 1;
  const width = step === "hour" ? DAY / 24 : DAY;
  const first = Math.floor(now.getTime() / width) * width - (length - 1) * width;
  const value = (at: number) => Math.max(0, (shape.at + wave(at, seed) * shape.swing) * times * (seed === 0 ? 1 : 1 / (seed + 1)));
  const point = (at: number, n: number): wire.MetricPoint => {
    const has = mood === "full" || (mood === "ugly" && at % 7 === 3);
    const number = shape.unit === "count" ? Math.round(value(at)) : value(at);
    const clipped = shape.unit === "share" ? Math.min(1, number) : number;
    const half = 1.96 * Math.sqrt((clipped * (1 - clipped)) / n);
    const estimated = key === "audit_escape_rate";
    const why = has ? null : "No items came in this time.";
    return {
      at: new Date(first + at * width).toISOString(),
      until: new Date(first + (at + 1) * width).toISOString(),
      value: estimated || !has ? null : clipped,
      numerator: has ? Math.round(clipped * (shape.of ?? 1)) : 0,
      denominator: shape.of ?? null,
      why,
      estimate: estimated
        ? { value: has ? clipped : null, low: has ? Math.max(0, clipped - half) : null, high: has ? Math.min(1, clipped + half) : null, level: 0.95, n: has ? n : 0, why }
        : null,
      items_url: `/items?received_from=${encodeURIComponent(new Date(first + at * width).toISOString())}`,
    };
  };
  const few = mood === "ugly";
  return {
    key: name,
    label: name === "" ? "all" : name,
    quantile,
    points: Array.from({ length }, (_, at) => point(at, few ? 6 : (shape.of ?? 60))),
    total: point(3, few ? 12 : 412),
  };
}

export function missesOf(mood: Mood, now: Date): wire.AuditSampleOut[] {
  if (mood === "empty") return [];
  return [1, 2, 3].map((days) => ({
    item_id: `0197a3c0-6d1e-7b52-9a41-00000000000${days}`,
    segment: mood === "ugly" ? UGLY : "claims:decision_letter",
    pick: "uniform",
    probability: 0.05,
    drawn_at: new Date(now.getTime() - days * DAY).toISOString(),
    answered_at: now.toISOString(),
    verdict: "reject",
    is_error: true,
  }));
}
