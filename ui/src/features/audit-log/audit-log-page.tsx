import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { LoadingShape, PageHead, Problem } from "@/shared/ui";
import { useAuditLogState } from "./api/audit-log";
import styles from "./audit-log.module.css";
import { CheckYourself } from "./check-yourself";
import { EntriesSection } from "./entries-section";
import { fromSearch } from "./filter";
import { LogHead } from "./log-head";

interface AuditLogPageProps {
  search: { [name: string]: string };
  onSearchChanged: (search: { [name: string]: string }) => void;
  onItemOpened: (itemId: string) => void;
}

/** Is the log whole, who did what, and how anybody checks it without us. */
export function AuditLogPage({ search, onSearchChanged, onItemOpened }: AuditLogPageProps) {
  const { t } = useTranslation("audit-log");
  const { data, error, refetch } = useAuditLogState();
  useEffect(() => {
    document.title = `${t("title")} | Handrail`;
  }, [t]);
  return (
    <div className={styles.page}>
      <PageHead title={t("title")}>{t("what")}</PageHead>
      {data !== undefined ? (
        <LogHead state={data} />
      ) : error === null ? (
        <LoadingShape lines={3} />
      ) : (
        <Problem error={error} onTryAgain={() => void refetch()} />
      )}
      <EntriesSection
        filter={fromSearch(search)}
        onFilterChanged={(next) => onSearchChanged({ ...next })}
        onItemOpened={onItemOpened}
      />
      {data !== undefined && <CheckYourself state={data} />}
    </div>
  );
}
