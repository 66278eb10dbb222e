import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Evidence, EvidenceEntry } from "@/api/schema";
import { nameOf, useFormat, useNow } from "@/shared/format";
import { keepFile } from "@/shared/links/keep-file";
import { CopyButton, EmptyState, LoadingShape, Note, Pill, Problem } from "@/shared/ui";
import { useEvidence } from "./api/audit-log";
import styles from "./audit-log.module.css";
import { canCheck, isProved, readCheckpoint } from "./proof";
import { Copied } from "./verifier-key";

/** What the audit log says of one item: each entry, its hash, and whether its proof holds. */
export function EvidenceView({ itemId }: { itemId: string }) {
  const { t } = useTranslation("audit-log");
  const { data, error, refetch } = useEvidence(itemId);
  if (data === undefined) return error === null ? <LoadingShape lines={6} /> : <Problem error={error} onTryAgain={() => void refetch()} />;
  if (data.checkpoint === null || data.entries.length === 0) {
    return (
      <EmptyState
        title={t("evidence.none")}
        actions={
          <Button size="xs" onClick={() => void refetch()}>
            {t("evidence.again")}
          </Button>
        }
      >
        {t("evidence.noneText")}
      </EmptyState>
    );
  }
  return <Proved evidence={data} checkpoint={data.checkpoint} />;
}

function Proved({ evidence, checkpoint }: { evidence: Evidence; checkpoint: string }) {
  const { t } = useTranslation("audit-log");
  const head = readCheckpoint(checkpoint);
  const { data: proved } = useQuery({
    queryKey: ["item", evidence.item_id, "evidence", "proved", head.root],
    queryFn: () => Promise.all(evidence.entries.map((entry) => isProved(entry, head.size, head.root))),
    enabled: canCheck(),
  });
  return (
    <div className={styles.evidence}>
      <Summary proved={proved} />
      <p className="quiet">{t("evidence.what", { count: head.size })}</p>
      <div className={`card ${styles.scroll}`} tabIndex={0} role="region" aria-label={t("evidence.title")}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t("column.index")}</th>
              <th scope="col">{t("column.at")}</th>
              <th scope="col">{t("column.kind")}</th>
              <th scope="col">{t("leafHash")}</th>
              <th scope="col">{t("column.proof")}</th>
            </tr>
          </thead>
          <tbody className="num">
            {evidence.entries.map((entry, at) => (
              <Row key={entry.index} entry={entry} isProved={proved?.[at]} />
            ))}
          </tbody>
        </table>
      </div>
      {evidence.waiting > 0 && <Note>{t("evidence.waiting", { count: evidence.waiting })}</Note>}
      <div className={styles.sectionHead}>
        <Button size="xs" leftSection={<IconDownload size={16} stroke={1.75} />} onClick={() => keepFile(`evidence-${evidence.item_id}.json`, JSON.stringify(evidence, null, 2), "application/json")}>
          {t("evidence.download")}
        </Button>
        <a className="small" href={`/audit-log?item_id=${evidence.item_id}`}>
          {t("evidence.inLog")}
        </a>
      </div>
      <p className="quiet">{t("evidence.run")}</p>
      <Copied text={`python3 verify_audit_log.py evidence-${evidence.item_id}.json --key key.txt`} label={t("yourself.copy")} />
    </div>
  );
}

function Summary({ proved }: { proved: readonly boolean[] | undefined }) {
  const { t } = useTranslation("audit-log");
  if (!canCheck()) return <Note>{t("evidence.cannot")}</Note>;
  if (proved === undefined) return <Note role="status">{t("evidence.checking")}</Note>;
  const bad = proved.filter((one) => !one).length;
  return bad === 0 ? (
    <Note tone="ok" role="status">
      {t("evidence.ok", { count: proved.length })}
    </Note>
  ) : (
    <Note tone="bad" role="alert">
      {t("evidence.bad", { count: bad })}
    </Note>
  );
}

function Row({ entry, isProved }: { entry: EvidenceEntry; isProved: boolean | undefined }) {
  const { t } = useTranslation("audit-log");
  const format = useFormat();
  const now = useNow(60_000);
  const said = JSON.parse(entry.entry) as { at: string; kind: string }; // written by the server
  return (
    <tr>
      <td>{format.count(entry.index)}</td>
      <td className="nowrap">
        <time dateTime={said.at} title={format.full(said.at)}>
          {format.exact(said.at, now)}
        </time>
      </td>
      <th scope="row">{nameOf(said.kind)}</th>
      <td className="code nowrap">
        <span title={entry.leaf_hash}>{entry.leaf_hash.slice(0, 16)}…</span> <CopyButton text={entry.leaf_hash} />
      </td>
      <td>
        {isProved === undefined ? (
          <Pill>{t("proof.open")}</Pill>
        ) : isProved ? (
          <Pill tone="ok">{t("proof.ok")}</Pill>
        ) : (
          <Pill tone="bad">{t("proof.bad")}</Pill>
        )}
      </td>
    </tr>
  );
}
