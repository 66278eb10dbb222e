import { LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use as register } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { expect, it } from "vitest";
import { makeFormat } from "@/shared/format";
import { light } from "@/shared/theme/tokens";
import { metric } from "../../../dev/metrics";
import type { MetricsOut } from "@/api/schema";
import { optionsOf } from "./options";

register([LineChart, GridComponent, MarkLineComponent, TooltipComponent, LabelLayout, SVGRenderer]);

const look = {
  colours: light,
  format: makeFormat("en-GB", ((key: string) => key) as never),
  moment: (at: string) => at.slice(0, 10),
  words: { interval: "95% interval", above: "alarm above", below: "alarm below" },
  isNarrow: false,
};

it.each(["escalation_rate", "override_rate", "audit_escape_rate", "resolution_time", "items_decided", "cost_per_decision"].flatMap((name) => [[name, "full"], [name, "ugly"]] as const))(
  "%s is drawn, in a %s world",
  (name, mood) => {
    const chart = init(null, null, { renderer: "svg", ssr: true, width: 500, height: 220 });
    chart.setOption(optionsOf(metric(new URLSearchParams({ name, by: name === "items_decided" ? "source" : "" }), mood, new Date("2026-11-21T12:00:00Z")), look));
    const drawn = chart.renderToSVGString();
    chart.dispose();
    expect(drawn).not.toContain("NaN");
    expect(drawn).toMatch(/<path d="M/);
    expect(drawn.match(/<text/g)?.length ?? 0).toBeGreaterThan(4);
  },
);

const drawnWith = (told: MetricsOut) => {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 500, height: 220 });
  chart.setOption(optionsOf(told, look));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return [...svg.matchAll(/<text[^>]*?(?:transform="translate\(([\d.]+) ([\d.]+)\)"|x="([\d.]+)" y="([\d.]+)")[^>]*>([^<]*)</g)].map(([, x, y, x2, y2, text]) => ({ x: Number(x ?? x2), y: Number(y ?? y2), text: text ?? "" }));
};

it.each([1, 2, 30])("%d points: the words at the ends of lines stand apart, also where the lines meet", (count) => {
  const told = metric(new URLSearchParams({ name: "resolution_time" }), "full", new Date("2026-11-21T12:00:00Z"));
  const same = told.series[0]?.points.slice(-count) ?? [];
  const words = drawnWith({ ...told, series: told.series.map((line) => ({ ...line, points: same })) }).filter(({ text }) => /^P\d\d$/.test(text));
  expect(words.map(({ text }) => text).sort()).toEqual(["P50", "P95", "P99"]);
  const heights = words.map(({ y }) => y).sort((one, other) => one - other);
  for (const [at, height] of heights.entries()) if (at > 0) expect(height - (heights[at - 1] ?? 0)).toBeGreaterThanOrEqual(15.9);
});

it("the word of a limit near the bottom stands above the axis", () => {
  const told = metric(new URLSearchParams({ name: "override_rate" }), "full", new Date("2026-11-21T12:00:00Z"));
  const shown = drawnWith({ ...told, metric: { ...told.metric, alarm_below: 0.02 } });
  const limit = shown.find(({ text }) => text.startsWith("alarm below"));
  const axis = shown.find(({ text }) => text === "0%");
  expect(limit).toBeDefined();
  expect((axis?.y ?? 0) - (limit?.y ?? 0)).toBeGreaterThanOrEqual(14);
});
