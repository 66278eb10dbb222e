import type { EChartsCoreOption } from "echarts/core";
import type { MetricsOut, MetricLine } from "@/api/schema";
import type { Format } from "@/shared/format";
import type { Token } from "@/shared/theme/tokens";
import { valueOf, written } from "./units";

export interface Look {
  colours: Record<Token, string>;
  format: Format;
  /** How the moment of a point is written on the axis. */
  moment: (at: string) => string;
  words: { interval: string; above: string; below: string };
  isNarrow: boolean;
}

/** Lines are told apart by their dashes and the words at their ends, and only then by colour. */
const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 5]] as const;
const MOST_LINES = DASHES.length;

/** The chart of a metric: few grid lines, words at the ends of lines, limits dashed with their words. */
export function optionsOf(told: MetricsOut, look: Look): EChartsCoreOption {
  const { colours } = look;
  const lines = told.series.slice(0, MOST_LINES);
  const isTime = told.metric.unit === "ms";
  const text = { color: colours["ink-2"], fontSize: 12, fontFamily: "Inter Variable, sans-serif" };
  return {
    animation: false, // numbers that change each ten seconds must not move about
    textStyle: text,
    grid: { left: 8, right: look.isNarrow ? 56 : 84, top: 16, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize: 12 },
      formatter: (given: unknown) => tooltip(given, told, lines, look),
    },
    xAxis: {
      type: "category",
      data: lines[0]?.points.map((point) => point.at) ?? [],
      boundaryGap: false,
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { ...text, formatter: look.moment, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" },
    },
    yAxis: {
      type: isTime ? "log" : "value",
      min: isTime ? undefined : 0,
      // A share never goes above all of it, and few must not look like much.
      max: told.metric.unit === "share" ? (range: { max: number }) => shareMost(Math.max(range.max, (told.metric.alarm_above ?? 0) * 1.1)) : undefined,
      minInterval: told.metric.unit === "count" ? 1 : undefined,
      splitNumber: 4,
      splitLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...text, formatter: (value: number) => written(value, told, look.format) },
    },
    series: [...bands(told, lines, look), ...lines.map((line, at) => lineOf(told, line, at, look))],
  };
}

function lineOf(told: MetricsOut, line: MetricLine, at: number, look: Look) {
  const { colours } = look;
  const isLog = told.metric.unit === "ms";
  const colour = at === 0 ? colours.accent : colours["ink-3"];
  return {
    type: "line",
    name: nameOf(line),
    data: line.points.map((point) => {
      const value = valueOf(point);
      return isLog && value !== null ? Math.max(1, value) : value;
    }),
    connectNulls: false,
    showSymbol: line.points.length <= 40,
    symbol: "circle",
    symbolSize: 5,
    color: colour,
    lineStyle: { width: at === 0 ? 2 : 1.5, type: DASHES[at % DASHES.length], color: colour },
    endLabel: { show: true, formatter: () => ending(told, line, look), color: colour, fontSize: 12, lineHeight: 16, distance: 6, overflow: "truncate", width: look.isNarrow ? 52 : 78 },
    labelLayout: { moveOverlap: "shiftY" },
    cursor: "pointer",
    triggerLineEvent: false,
    ...(at === 0 && { markLine: limits(told, look) }),
  };
}

/** What stands at the end of a line: its name, or, where it is alone, its last number. */
function ending(told: MetricsOut, line: MetricLine, look: Look): string {
  const name = nameOf(line);
  if (name !== "") return plain(name);
  const last = line.points.map(valueOf).findLast((value) => value !== null);
  return last == null ? "" : written(last, told, look.format);
}

const nameOf = (line: MetricLine) => line.quantile?.toUpperCase() ?? (line.key === "" ? "" : line.label);

const shareMost = (max: number) => (max > 0.9 ? 1 : max < 0.05 ? 0.05 : Math.ceil(max * 20) / 20);

/** Dashed in amber, with its word. */
function limits(told: MetricsOut, look: Look) {
  const { colours, format, words } = look;
  const at = [
    { value: told.metric.alarm_above, word: words.above },
    { value: told.metric.alarm_below, word: words.below },
  ].filter((one) => one.value !== null);
  return {
    silent: true,
    symbol: "none",
    animation: false,
    data: at.map(({ value, word }) => ({
      yAxis: value,
      lineStyle: { color: colours.warn, type: "dashed", width: 1 },
      // Both above their line: below it the lower one would touch the axis.
      label: { formatter: `${word} ${format.share(value ?? 0)}`, position: "insideStartTop", color: colours.warn, fontSize: 12 },
    })),
  };
}

/** The interval of an estimate: a band from its low to its high end. */
function bands(told: MetricsOut, lines: readonly MetricLine[], look: Look) {
  const first = lines[0];
  if (!told.metric.is_estimate || first === undefined) return [];
  const hidden = { type: "line", stack: "interval", symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
  return [
    { ...hidden, name: "low", data: first.points.map((point) => point.estimate?.low ?? null) },
    {
      ...hidden,
      name: "high",
      data: first.points.map((point) => {
        const { low, high } = point.estimate ?? {};
        return low == null || high == null ? null : high - low;
      }),
      areaStyle: { color: look.colours.accent, opacity: 0.14 },
    },
  ];
}

/** Plain text: names come from outside, and nothing of them is ever markup. */
function tooltip(given: unknown, told: MetricsOut, lines: readonly MetricLine[], look: Look): string {
  const first = Array.isArray(given) ? (given[0] as { dataIndex?: number } | undefined) : undefined;
  const at = first?.dataIndex ?? 0;
  const rows = lines.flatMap((line) => {
    const point = line.points[at];
    if (point === undefined) return [];
    return [`${plain(nameOf(line))} ${saying(point, told, look)}`.trim()];
  });
  const moment = lines[0]?.points[at]?.at;
  return [moment === undefined ? "" : look.moment(moment), ...rows].join("\n");
}

/** Braces and bars would be rich-text marks of ECharts. */
const plain = (text: string) => text.replaceAll(/[{}|]/g, " ");

function saying(point: MetricLine["points"][number], told: MetricsOut, look: Look): string {
  const value = valueOf(point);
  if (value === null) return "–";
  const { estimate } = point;
  const number = written(value, told, look.format);
  if (estimate?.low != null && estimate.high != null) {
    return `${number} (${written(estimate.low, told, look.format)} – ${written(estimate.high, told, look.format)}, n ${estimate.n})`;
  }
  return point.denominator === null || told.metric.unit === "ms"
    ? number
    : `${number} (${look.format.count(round(point.numerator))} / ${look.format.count(round(point.denominator))})`;
}

const round = (value: number) => Math.round(value * 100) / 100;
