import { useTranslation } from "react-i18next";
import type { MetricLine, MetricsOut } from "@/api/schema";
import { useFormat } from "@/shared/format";
import { type Asked, useMetric } from "./api/get-metric";
import { useMeaning } from "./meaning";
import styles from "./monitoring.module.css";
import { duration, valueOf, written } from "./units";
import type { View } from "./view";

/** The six numbers one looks at first, each with its limit or its interval. */
export function Figures({ view }: { view: View }) {
  const { t } = useTranslation("monitoring");
  return (
    <dl className={styles.figures} aria-label={t("figures")}>
      <Figure asked={{ name: "escalation_rate", view }} />
      <Figure asked={{ name: "audit_escape_rate", view }} />
      <Figure asked={{ name: "override_rate", view }} />
      <Figure asked={{ name: "deadlines_kept", view }} />
      <Figure asked={{ name: "resolution_time", view }} />
      <Figure asked={{ name: "queue_depth", view, isNow: true }} />
    </dl>
  );
}

function Figure({ asked }: { asked: Asked }) {
  const { t } = useTranslation("monitoring");
  const format = useFormat();
  const { title } = useMeaning(asked.name);
  const { data: told } = useMetric(asked);
  const below = useBelow(told);
  const line = told?.series[0];
  const value = line === undefined ? null : valueOf(line.total);
  const isAlarm = told !== undefined && value !== null && isOutside(value, told);
  return (
    <div className={styles.figure} data-alarm={isAlarm || undefined}>
      <dt>{title}</dt>
      <dd className={`num ${styles.number}`}>
        {told === undefined || value === null ? (
          "–"
        ) : (
          <a href={told.items_url} title={t("itemsBehind")}>
            {written(value, told, format)}
          </a>
        )}
      </dd>
      <dd className={styles.below}>{below}</dd>
    </div>
  );
}

const isOutside = (value: number, { metric }: MetricsOut) =>
  (metric.alarm_above !== null && value > metric.alarm_above) || (metric.alarm_below !== null && value < metric.alarm_below);

function useBelow(told: MetricsOut | undefined): string {
  const { t } = useTranslation("monitoring");
  const format = useFormat();
  const line: MetricLine | undefined = told?.series[0];
  if (told === undefined || line === undefined) return " ";
  const { metric } = told;
  const { total } = line;
  if (valueOf(total) === null) return t("noData");
  if (total.estimate?.low != null && total.estimate.high != null) {
    return t("below.interval", { low: format.share(total.estimate.low), high: format.share(total.estimate.high), count: total.estimate.n });
  }
  if (metric.alarm_above !== null && metric.alarm_below !== null) {
    return t("below.alarm", { below: format.share(metric.alarm_below), above: format.share(metric.alarm_above) });
  }
  if (metric.shape === "quantiles") {
    const slow = told.series.find((one) => one.quantile === "p95");
    const value = slow === undefined ? null : valueOf(slow.total);
    return value === null ? t("below.half") : t("below.halfAndSlow", { slow: duration(value, format) });
  }
  if (metric.shape === "present") return t("below.now");
  return t("below.of", { part: format.count(total.numerator), whole: format.count(total.denominator ?? 0) });
}
