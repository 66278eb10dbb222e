import { Button } from "@mantine/core";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuditEntryOut } from "@/api/schema";
import { safeLine } from "@/shared/content/safe-line";
import { nameOf, useFormat, useNow } from "@/shared/format";
import { writeSearch } from "@/shared/links/items-url";
import { Note, Pill } from "@/shared/ui";
import styles from "./audit-log.module.css";
import { type EntryFilter, pathOf, subjectOf } from "./filter";
import { Copied } from "./verifier-key";

const shortOf = (id: string) => (id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id);
const listOf = (filter: EntryFilter) => `/audit-log${writeSearch(filter)}`;

/** Entries as rows; each opens to what proves it. */
export function EntriesTable({ entries }: { entries: readonly AuditEntryOut[] }) {
  const { t } = useTranslation("audit-log");
  const [open, setOpen] = useState<string | null>(null);
  const waiting = entries.filter((entry) => entry.index === null).length;
  return (
    <>
      <div className={`card ${styles.scroll}`} tabIndex={0} role="region" aria-label={t("entries.title")}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t("column.index")}</th>
              <th scope="col">{t("column.at")}</th>
              <th scope="col">{t("column.kind")}</th>
              <th scope="col">{t("column.actor")}</th>
              <th scope="col">{t("column.subject")}</th>
              <th scope="col">
                <span className="hidden-text">{t("column.more")}</span>
              </th>
            </tr>
          </thead>
          <tbody className="num">
            {entries.map((entry) => (
              <Fragment key={entry.entry_id}>
                <Row entry={entry} isOpen={open === entry.entry_id} onToggled={() => setOpen(open === entry.entry_id ? null : entry.entry_id)} />
                {open === entry.entry_id && (
                  <tr>
                    <td colSpan={6}>
                      <Opened entry={entry} />
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      {waiting > 0 && <Note>{t("waiting", { count: waiting })}</Note>}
    </>
  );
}

interface RowProps {
  entry: AuditEntryOut;
  isOpen: boolean;
  onToggled: () => void;
}

function Row({ entry, isOpen, onToggled }: RowProps) {
  const { t } = useTranslation("audit-log");
  const format = useFormat();
  const now = useNow(60_000);
  const who = useActorName();
  const label = entry.index === null ? t("waits") : format.count(entry.index);
  const subject = subjectOf(entry);
  const path = pathOf(subject);
  return (
    <tr data-open={isOpen || undefined}>
      <td>{entry.index === null ? <Pill tone="warn">{label}</Pill> : label}</td>
      <td className="nowrap">
        <time dateTime={entry.at} title={format.full(entry.at)}>
          {format.exact(entry.at, now)}
        </time>
      </td>
      <th scope="row">{nameOf(entry.kind)}</th>
      <td>
        <bdi>{who(entry)}</bdi>
      </td>
      <td className={`code ${styles.subject}`}>
        {path === null ? (
          <bdi title={entry.subject}>{shortOf(safeLine(entry.subject))}</bdi>
        ) : (
          <a href={path} title={t(`open.${subject.kind as "item"}`)}>
            {shortOf(entry.subject)}
          </a>
        )}
      </td>
      <td className={styles.end}>
        <Button size="compact-xs" onClick={onToggled} aria-expanded={isOpen} aria-label={t("hashesOf", { name: label })}>
          {t("hashes")}
        </Button>
      </td>
    </tr>
  );
}

/** Who did it, in words; a person who left has no name any more. */
function useActorName(): (entry: AuditEntryOut) => string {
  const { t } = useTranslation("audit-log");
  return ({ actor, actor_name }) => {
    if (actor_name !== null) return safeLine(actor_name);
    if (actor === "system") return t("system");
    return actor.startsWith("key:") ? t("apiKey") : t("gone");
  };
}

/** Ids and hashes whole, each to be copied, and the ways on from here. */
function Opened({ entry }: { entry: AuditEntryOut }) {
  const { t } = useTranslation("audit-log");
  const who = useActorName();
  const subject = subjectOf(entry);
  return (
    <div className={styles.opened}>
      <dl className={styles.hashes}>
        <Part name={t("column.subject")} text={entry.subject} />
        <Part name={t("column.actor")} text={entry.actor} />
        <Part name={t("entryId")} text={entry.entry_id} />
        <Part name={t("leafHash")} text={entry.leaf_hash} />
        <Part name={t("commitment")} text={entry.commitment} />
        {entry.index !== null && <Part name={t("command")} text={`handrail audit proof ${entry.index}`} />}
      </dl>
      {entry.index === null && <p className="quiet">{t("notYet")}</p>}
      <p className={styles.ways}>
        {subject.kind === "item" && <a href={listOf({ item_id: subject.id })}>{t("ways.item")}</a>}
        <a href={listOf({ actor_id: entry.actor })}>{t("ways.actor", { name: who(entry) })}</a>
        <a href={listOf({ kind: entry.kind })}>{t("ways.kind", { kind: nameOf(entry.kind) })}</a>
      </p>
    </div>
  );
}

function Part({ name, text }: { name: string; text: string }) {
  const { t } = useTranslation("audit-log");
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Copied text={text} label={t("copyNamed", { name })} isShort />
      </dd>
    </>
  );
}
