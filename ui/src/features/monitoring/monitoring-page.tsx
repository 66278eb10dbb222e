import { Select } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/shared/session/project";
import { EmptyState, PageHead } from "@/shared/ui";
import { type Asked, useDefinitions } from "./api/get-metric";
import { Figures } from "./figures";
import { Misses } from "./misses";
import styles from "./monitoring.module.css";
import { QuestionChart } from "./question-chart";
import { RANGES, type View } from "./view";

interface MonitoringPageProps {
  view: View;
  onViewChanged: (view: View) => void;
  onItemsAsked: (itemsUrl: string) => void;
}

/** Is it all right, and if not, where: six numbers, then one chart for each question. */
export function MonitoringPage({ view, onViewChanged, onItemsAsked }: MonitoringPageProps) {
  const { t } = useTranslation("monitoring");
  const isAllowed = useMay("metrics.read");
  useEffect(() => {
    document.title = `${t("title")} | Handrail`;
  }, [t]);
  if (!isAllowed) {
    return (
      <div className={styles.page}>
        <PageHead title={t("title")} />
        <EmptyState title={t("notAllowed.title")}>{t("notAllowed.text")}</EmptyState>
      </div>
    );
  }
  return (
    <div className={styles.page}>
      <PageHead title={t("title")} actions={<Choices view={view} onViewChanged={onViewChanged} />}>
        {t("live")}
      </PageHead>
      <Figures view={view} />
      <Charts view={view} onItemsAsked={onItemsAsked} />
    </div>
  );
}

function Choices({ view, onViewChanged }: Omit<MonitoringPageProps, "onItemsAsked">) {
  const { t } = useTranslation("monitoring");
  const { data } = useDefinitions();
  const segments = new Set(data?.segments ?? []);
  if (view.segment !== null) segments.add(view.segment);
  return (
    <>
      <Select
        aria-label={t("segment")}
        placeholder={t("allSegments")}
        clearable
        searchable={segments.size > 8}
        data={[...segments]}
        value={view.segment}
        onChange={(segment) => onViewChanged({ ...view, segment })}
      />
      <Select
        aria-label={t("range.label")}
        allowDeselect={false}
        data={RANGES.map((range) => ({ value: range, label: t(`range.${range}`) }))}
        value={view.range}
        onChange={(range) => onViewChanged({ ...view, range: RANGES.find((one) => one === range) ?? "30d" })}
      />
    </>
  );
}

const CHARTS: readonly Omit<Asked, "view">[] = [
  { name: "escalation_rate" },
  { name: "audit_escape_rate" },
  { name: "override_rate" },
  { name: "post_review_error_rate" },
  { name: "recall_rate" },
  { name: "resolution_time" },
  { name: "deadlines_kept" },
  { name: "items_decided", by: "source" },
  { name: "latency_machine" },
  { name: "reviewer_throughput" },
  { name: "effective_throughput" },
  { name: "cost_per_decision" },
];

function Charts({ view, onItemsAsked }: Omit<MonitoringPageProps, "onViewChanged">) {
  const maySeeReviewers = useMay("reviewers.read");
  const charts = maySeeReviewers ? [...CHARTS, { name: "reviews_given", by: "reviewer" } as const] : CHARTS;
  return (
    <>
      <div className={styles.charts}>
        {charts.map((chart) => (
          <QuestionChart key={chart.name} asked={{ ...chart, view }} onItemsAsked={onItemsAsked} />
        ))}
      </div>
      <Misses view={view} />
      <NotYet />
    </>
  );
}

/** What is not counted yet, and what it needs. */
function NotYet() {
  const { t } = useTranslation("monitoring");
  const { data } = useDefinitions();
  if (data === undefined || data.not_yet.length === 0) return null;
  return (
    <details className={styles.notYet}>
      <summary>{t("notYet")}</summary>
      <dl>
        {data.not_yet.map((one) => (
          <div key={one.key}>
            <dt>{t(`later.${one.key}.title` as "noData", { defaultValue: one.title })}</dt>
            <dd>{t("needs", { what: t(`later.${one.key}.needs` as "noData", { defaultValue: one.needs }) })}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
