import { useComputedColorScheme } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use as register } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { MetricsOut } from "@/api/schema";
import { regionOf, useFormat } from "@/shared/format";
import { dark, light } from "@/shared/theme/tokens";
import styles from "./monitoring.module.css";
import { optionsOf } from "./options";

register([LineChart, GridComponent, MarkLineComponent, TooltipComponent, LabelLayout, SVGRenderer]);

interface DrawnProps {
  told: MetricsOut;
  label: string;
  onPointChosen: (itemsUrl: string) => void;
}

/** The picture of a metric. The table beside it says the same to those who do not see it. */
export default function Drawn({ told, label, onPointChosen }: DrawnProps) {
  const { t, i18n } = useTranslation("monitoring");
  const format = useFormat();
  const scheme = useComputedColorScheme("light");
  const isNarrow = useMediaQuery("(max-width: 599.98px)");
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof init> | null>(null);
  const chosen = useRef<(at: number, line: number) => void>(() => undefined);
  useEffect(() => {
    chosen.current = (at, line) => {
      const point = told.series[line]?.points[at] ?? told.series[0]?.points[at];
      if (point !== undefined) onPointChosen(point.items_url);
    };
  }, [told, onPointChosen]);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = init(element, null, { renderer: "svg" });
    chart.current = made;
    // Anywhere in the plot counts as the nearest point: a line of 2 px is hard to hit.
    made.getZr().on("click", (event) => {
      const at = made.convertFromPixel({ xAxisIndex: 0 }, event.offsetX);
      if (made.containPixel("grid", [event.offsetX, event.offsetY])) chosen.current(Math.round(Number(at)), 0);
    });
    const follow = new ResizeObserver(() => made.resize());
    follow.observe(element);
    return () => {
      follow.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const moment = new Intl.DateTimeFormat(regionOf(i18n.language), {
      timeZone: told.zone,
      ...(told.step === "hour" ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { day: "numeric", month: "short" }),
    });
    chart.current?.setOption(
      optionsOf(told, {
        colours: scheme === "dark" ? dark : light,
        format,
        moment: (at) => moment.format(new Date(at)),
        words: { interval: t("interval"), above: t("alarmAbove"), below: t("alarmBelow") },
        isNarrow: isNarrow ?? false,
      }),
      { notMerge: true },
    );
    chart.current?.getZr().flush(); // drawn now, not with the next frame, which may be far where the page rests
  }, [told, scheme, format, i18n.language, isNarrow, t]);

  return <div ref={place} className={styles.plot} role="img" aria-label={label} />;
}
