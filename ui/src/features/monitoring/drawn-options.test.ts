import { LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use as register } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { expect, it } from "vitest";
import { makeFormat } from "@/shared/format";
import { light } from "@/shared/theme/tokens";
import { metric } from "../../../dev/metrics";
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
