import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { MetricPoint, MetricsOut } from "@/api/schema";
import { regionOf, useFormat } from "@/shared/format";
import styles from "./monitoring.module.css";
import { valueOf, written } from "./units";

interface TableViewProps {
  told: MetricsOut;
  title: string;
}

/** The chart as numbers, the newest first; each leads to its items. */
export function TableView({ told, title }: TableViewProps) {
  const { t, i18n } = useTranslation("monitoring");
  const moment = new Intl.DateTimeFormat(regionOf(i18n.language), {
    timeZone: told.zone,
    day: "numeric",
    month: "short",
    ...(told.step === "hour" && { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  });
  const points = told.series[0]?.points ?? [];
  return (
    <div className={styles.table} tabIndex={0} role="region" aria-label={`${t("table")}: ${title}`}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("from")}</Table.Th>
            {told.series.map((line) => (
              <Table.Th scope="col" key={line.key + (line.quantile ?? "")}>
                {line.quantile?.toUpperCase() ?? (line.key === "" ? t("value") : line.label)}
              </Table.Th>
            ))}
            <Table.Th scope="col">
              <span className="hidden-text">{t("items")}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {points.map((point, at) => (
            <Table.Tr key={point.at}>
              <Table.Th scope="row">{moment.format(new Date(point.at))}</Table.Th>
              {told.series.map((line) => (
                <Table.Td key={line.key + (line.quantile ?? "")} className="num">
                  <Cell point={line.points[at]} told={told} />
                </Table.Td>
              ))}
              <Table.Td>
                <a className={styles.link} href={point.items_url}>
                  {t("items")}
                  <span className="hidden-text"> {moment.format(new Date(point.at))}</span>
                </a>
              </Table.Td>
            </Table.Tr>
          )).reverse()}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Cell({ point, told }: { point: MetricPoint | undefined; told: MetricsOut }) {
  const format = useFormat();
  const value = point === undefined ? null : valueOf(point);
  if (point === undefined || value === null) return <span className="quieter">–</span>;
  const { estimate } = point;
  return (
    <>
      {written(value, told, format)}
      {estimate?.low != null && estimate.high != null && (
        <span className="quieter">
          {" "}
          ({written(estimate.low, told, format)} – {written(estimate.high, told, format)}, n {estimate.n})
        </span>
      )}
    </>
  );
}
