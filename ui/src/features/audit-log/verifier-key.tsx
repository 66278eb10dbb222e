import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { keepFile } from "@/shared/links/keep-file";
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

interface CopiedProps {
  text: string;
  label: string;
  /** In a list of several: one line, and a button that says only that it copies. */
  isShort?: boolean;
  /** The file that it can be kept as. */
  file?: string;
}

/** A text of machines, to be taken along whole. */
export function Copied({ text, label, isShort = false, file }: CopiedProps) {
  const { t } = useTranslation("audit-log");
  return (
    <div className={isShort ? styles.copiedShort : styles.copied}>
      <pre className="code" tabIndex={isShort ? undefined : 0} aria-label={isShort ? undefined : label}>
        {text}
      </pre>
      <div className={styles.copiedButtons}>
        <CopyButton text={text} {...(!isShort && { label })} />
        {file !== undefined && (
          <Button size="xs" variant="subtle" onClick={() => keepFile(file, text)}>
            {t("keepAs", { file })}
          </Button>
        )}
      </div>
    </div>
  );
}
