import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/shared/session/project";
import { EmptyState, LoadingShape, PageHead, Problem } from "@/shared/ui";
import { useAuditLogState } from "./api/audit-log";
import styles from "./audit-log.module.css";
import { CheckYourself } from "./check-yourself";
import { EntriesSection } from "./entries-section";
import { fromSearch } from "./filter";
import { LogHead } from "./log-head";
import { WhatIsProved } from "./what-is-proved";

interface AuditLogPageProps {
  search: { [name: string]: string };
  onSearchChanged: (search: { [name: string]: string }) => void;
}

/** Is the log whole, who did what, and how anybody checks it without us. */
export function AuditLogPage({ search, onSearchChanged }: AuditLogPageProps) {
  const { t } = useTranslation("audit-log");
  const isAllowed = useMay("audit_log.read");
  const { data, error, refetch } = useAuditLogState(isAllowed);
  useEffect(() => {
    document.title = `${t("title")} | Handrail`;
  }, [t]);
  if (!isAllowed) {
    return (
      <div className={styles.page}>
        <PageHead title={t("title")} />
        <EmptyState title={t("key.closed")}>{t("key.closedText")}</EmptyState>
      </div>
    );
  }
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
        cursor={search["cursor"] ?? null}
        onShown={(next, cursor) => onSearchChanged({ ...next, ...(cursor !== null && { cursor }) })}
      />
      <WhatIsProved />
      {data !== undefined && <CheckYourself state={data} />}
    </div>
  );
}
