import { useTranslation } from "react-i18next";
import { useMay } from "@/shared/session/project";
import { CopyButton, EmptyState, LoadingShape, Problem } from "@/shared/ui";
import { useAuditLogState } from "./api/audit-log";
import styles from "./audit-log.module.css";

/** The key with which anybody checks the signature of a checkpoint. */
export function VerifierKey() {
  const { t } = useTranslation("audit-log");
  const isAllowed = useMay("audit_log.read");
  const { data, error, refetch } = useAuditLogState(isAllowed);
  if (!isAllowed) return <EmptyState title={t("key.closed")}>{t("key.closedText")}</EmptyState>;
  if (data === undefined) return error === null ? <LoadingShape lines={3} /> : <Problem error={error} onTryAgain={() => void refetch()} />;
  return (
    <section className={styles.key}>
      <h2>{t("key.title")}</h2>
      <p className="quiet">{t("key.what")}</p>
      <Copied text={data.verifier_key} label={t("key.copy")} />
    </section>
  );
}

/** A text of machines, to be taken along whole. */
export function Copied({ text, label }: { text: string; label: string }) {
  return (
    <div className={styles.copied}>
      <pre className="code" tabIndex={0} aria-label={label}>{text}</pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}
