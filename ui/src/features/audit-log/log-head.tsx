import { Button, Progress } from "@mantine/core";
import { IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { AuditLogState, LastCheck } from "@/api/schema";
import { useFormat, useNow } from "@/shared/format";
import { EmptyState, Note, useSentence } from "@/shared/ui";
import { useVerifyLog } from "./api/verify-log";
import styles from "./audit-log.module.css";
import { Copied } from "./verifier-key";

/** Whether the log is whole, its newest checkpoint, and the button that checks all of it. */
export function LogHead({ state }: { state: AuditLogState }) {
  const { t } = useTranslation("audit-log");
  const check = useVerifyLog();
  if (state.checkpoint === null) {
    return (
      <div className="card">
        <EmptyState title={t("empty.title")}>{t("empty.text")}</EmptyState>
      </div>
    );
  }
  return (
    <div className={styles.head}>
      <section className={styles.block}>
        <h2>{t("whole.title")}</h2>
        {/* What was found just now stands alone: an older check must not say otherwise above it. */}
        {check.verify.data === undefined && (state.last_check === null ? <Note>{t("whole.never")}</Note> : <Standing found={state.last_check} />)}
        <CheckNow check={check} />
      </section>
      <section className={styles.block}>
        <h2>{t("checkpoint.title")}</h2>
        <p className="quiet">{t("checkpoint.what", { count: state.size })}</p>
        <Copied text={state.checkpoint} label={t("checkpoint.copy")} file="checkpoint.txt" />
      </section>
    </div>
  );
}

type Found = Pick<LastCheck, "ok" | "size" | "first_bad_index" | "why">;

function Standing({ found }: { found: LastCheck }) {
  const { t } = useTranslation("audit-log");
  const format = useFormat();
  const now = useNow(60_000);
  const since = now.getTime() - new Date(found.at).getTime();
  if (!found.ok) return <Broken found={found} />;
  return (
    <Note tone="ok" icon={<IconShieldCheck size={16} stroke={1.75} />}>
      {since < 60_000 ? t("whole.okNow", { count: found.size }) : t("whole.ok", { count: found.size, span: format.span(since) })}
    </Note>
  );
}

/** What is wrong, what still holds, and what to do. */
function Broken({ found }: { found: Found }) {
  const { t } = useTranslation("audit-log");
  const format = useFormat();
  const index = found.first_bad_index;
  return (
    <Note tone="bad" role="alert" icon={<IconShieldX size={16} stroke={1.75} />}>
      <p>
        {index === null ? t("broken.somewhere") : t("broken.from", { index: format.count(index) })} <bdi>{found.why}</bdi>
      </p>
      {index !== null && index > 0 && <p>{t("broken.holds", { index: format.count(index - 1) })}</p>}
      <p>{t("broken.do")}</p>
    </Note>
  );
}

function CheckNow({ check: { verify, progress } }: { check: ReturnType<typeof useVerifyLog> }) {
  const { t } = useTranslation("audit-log");
  const sentence = useSentence();
  const share = progress === null || progress.of === 0 ? 0 : (100 * progress.checked) / progress.of;
  return (
    <div className={styles.check} aria-live="polite">
      <div>
        <Button size="xs" onClick={() => !verify.isPending && verify.mutate()} aria-disabled={verify.isPending}>
          {verify.isPending ? t("check.running") : t("check.now")}
        </Button>
      </div>
      {verify.isPending && (
        <>
          <Progress value={share} aria-label={t("check.progress")} />
          {progress !== null && <p className="quiet num">{t("check.of", { checked: progress.checked, count: progress.of })}</p>}
        </>
      )}
      {verify.data?.ok === true && <Note tone="ok">{t("check.ok", { count: verify.data.size })}</Note>}
      {verify.data?.ok === false && <Broken found={verify.data} />}
      {verify.error !== null && (
        <Note tone="bad" role="alert">
          {sentence(verify.error)}
        </Note>
      )}
    </div>
  );
}
