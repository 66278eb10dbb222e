import { ActionIcon, Button, SegmentedControl, Tooltip } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { lazy, Suspense, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MetricsOut } from "@/api/schema";
import { useFormat, useNow } from "@/shared/format";
import { LoadingShape, Note, Problem, useSentence } from "@/shared/ui";
import { type Asked, metricTable, useMetric } from "./api/get-metric";
import { useMeaning } from "./meaning";
import styles from "./monitoring.module.css";
import { TableView } from "./table-view";
import { isEmpty } from "./units";

const Drawn = lazy(() => import("./drawn"));

interface QuestionChartProps {
  asked: Asked;
  onItemsAsked: (itemsUrl: string) => void;
}

/** One question, its answer as a picture or as numbers, what it means, and the way to the items behind it. */
export function QuestionChart({ asked, onItemsAsked }: QuestionChartProps) {
  const { t } = useTranslation("monitoring");
  const { data: told, error, refetch } = useMetric(asked);
  const meaning = useMeaning(asked.name);
  const [shown, setShown] = useState<"chart" | "table">("chart");
  const heading = useId();
  return (
    <section className={`card ${styles.chart}`} aria-labelledby={heading}>
      <header className={styles.chartHead}>
        <h2 id={heading}>{meaning.question}</h2>
        <Meaning name={asked.name} />
        <span className="push" />
        {told !== undefined && (
          <a className={styles.link} href={told.items_url}>
            {t("itemsBehind")}
          </a>
        )}
      </header>
      <p className={styles.what}>{meaning.short}</p>
      {told === undefined ? (
        error === null ? (
          <LoadingShape />
        ) : (
          <Problem error={error} onTryAgain={() => void refetch()} />
        )
      ) : (
        <>
          {error !== null && <Note tone="warn">{t("notFresh")}</Note>}
          {isEmpty(told) ? (
            <p className={styles.nothing}>
              <strong>{t("noData")}</strong> {meaning.appears}
            </p>
          ) : shown === "table" ? (
            <TableView told={told} title={meaning.question} />
          ) : (
            <Suspense fallback={<div className={styles.plot} aria-busy="true" />}>
              <Drawn told={told} label={t("chartOf", { question: meaning.question })} onPointChosen={onItemsAsked} />
            </Suspense>
          )}
          <Remarks told={told} />
          <footer className={styles.chartFoot}>
            <SegmentedControl
              size="xs"
              value={shown}
              onChange={(next) => setShown(next === "table" ? "table" : "chart")}
              aria-label={t("showAs", { question: meaning.question })}
              data={[
                { value: "chart", label: t("chart") },
                { value: "table", label: t("table") },
              ]}
            />
            <Save asked={asked} question={meaning.question} />
          </footer>
        </>
      )}
    </section>
  );
}

/** Numerator, denominator and clock, on hover and on focus. */
function Meaning({ name }: { name: string }) {
  const { t } = useTranslation("monitoring");
  const { whole } = useMeaning(name);
  return (
    <Tooltip label={whole} multiline w={340} events={{ hover: true, focus: true, touch: true }} styles={{ tooltip: { whiteSpace: "pre-line" } }}>
      <ActionIcon size={24} aria-label={`${t("howCounted")}: ${whole}`}>
        <IconInfoCircle size={16} stroke={1.75} />
      </ActionIcon>
    </Tooltip>
  );
}

/** What to mind about these numbers. */
function Remarks({ told }: { told: MetricsOut }) {
  const { t } = useTranslation("monitoring");
  const format = useFormat();
  const now = useNow();
  const n = told.series[0]?.total.estimate?.n ?? null;
  const late = Date.parse(told.counted_until) < now.getTime() - 60_000;
  return (
    <>
      {n !== null && n > 0 && n < 30 && <p className={styles.remark}>{t("few", { count: n })}</p>}
      {told.more_series > 0 && <p className={styles.remark}>{t("moreLines", { count: told.more_series })}</p>}
      {late && <p className={styles.remark}>{t("countedUntil", { moment: format.full(told.counted_until) })}</p>}
    </>
  );
}

function Save({ asked, question }: { asked: Asked; question: string }) {
  const { t } = useTranslation("monitoring");
  const sentence = useSentence();
  const [problem, setProblem] = useState<string | null>(null);
  const save = async () => {
    setProblem(null);
    try {
      const address = URL.createObjectURL(await metricTable(asked));
      const link = Object.assign(document.createElement("a"), { href: address, download: `${asked.name}.csv` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    } catch (error) {
      setProblem(sentence(error));
    }
  };
  return (
    <>
      <Button size="xs" variant="subtle" onClick={() => void save()} aria-label={t("csvOf", { question })}>
        CSV
      </Button>
      {problem !== null && (
        <span role="alert" className="bad small">
          {problem}
        </span>
      )}
    </>
  );
}
