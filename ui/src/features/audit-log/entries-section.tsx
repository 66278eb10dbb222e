import { Button, NativeSelect, TextInput } from "@mantine/core";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuditEntryOut } from "@/api/schema";
import { nameOf, useFormat, useNow } from "@/shared/format";
import { EmptyState, LoadingShape, Problem } from "@/shared/ui";
import { useAuditEntries, usePeopleNames } from "./api/audit-log";
import styles from "./audit-log.module.css";
import { type EntryFilter, KINDS, localOf, momentOf, withField } from "./filter";

interface EntriesProps {
  filter: EntryFilter;
  onFilterChanged: (filter: EntryFilter) => void;
  onItemOpened: (itemId: string) => void;
}

/** Entries of this project, newest first. */
export function EntriesSection({ filter, onFilterChanged, onItemOpened }: EntriesProps) {
  const { t } = useTranslation("audit-log");
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const { data, error, refetch } = useAuditEntries(filter, cursors.at(-1) ?? null);
  const change = (next: EntryFilter) => {
    setCursors([]);
    onFilterChanged(next);
  };
  return (
    <section className={styles.block}>
      <h2>{t("entries.title")}</h2>
      <p className="quiet">{t("entries.noted")}</p>
      <Filters key={JSON.stringify(filter)} filter={filter} onFilterChanged={change} />
      {data === undefined ? (
        error === null ? <LoadingShape lines={6} /> : <Problem error={error} onTryAgain={() => void refetch()} />
      ) : data.data.length === 0 ? (
        <div className="card">
          <EmptyState
            title={t("entries.none")}
            actions={
              <Button size="xs" onClick={() => change({})}>
                {t("entries.all")}
              </Button>
            }
          >
            {t("entries.noneText")}
          </EmptyState>
        </div>
      ) : (
        <Entries entries={data.data} onItemOpened={onItemOpened} />
      )}
      {(cursors.length > 0 || data?.next_cursor != null) && (
        <nav className={styles.pageButtons} aria-label={t("entries.pages")}>
          <Button size="xs" disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
            {t("entries.newer")}
          </Button>
          <Button size="xs" disabled={data?.next_cursor == null} onClick={() => data?.next_cursor != null && setCursors([...cursors, data.next_cursor])}>
            {t("entries.older")}
          </Button>
        </nav>
      )}
    </section>
  );
}

function Filters({ filter, onFilterChanged }: Pick<EntriesProps, "filter" | "onFilterChanged">) {
  const { t } = useTranslation("audit-log");
  const people = usePeopleNames();
  const [item, setItem] = useState(filter.item_id ?? "");
  const set = (name: keyof EntryFilter, value: string | undefined) => onFilterChanged(withField(filter, name, value));
  return (
    <form
      className={styles.filters}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        set("item_id", item.trim());
      }}
    >
      <NativeSelect
        size="xs"
        label={t("filter.kind")}
        value={filter.kind ?? ""}
        onChange={(event) => set("kind", event.currentTarget.value)}
        data={[{ value: "", label: t("filter.any") }, ...KINDS.map((kind) => ({ value: kind, label: nameOf(kind) }))]}
      />
      <NativeSelect
        size="xs"
        label={t("filter.actor")}
        value={filter.actor_id ?? ""}
        onChange={(event) => set("actor_id", event.currentTarget.value)}
        data={[
          { value: "", label: t("filter.anybody") },
          { value: "system", label: t("system") },
          ...people.map((one) => ({ value: one.id, label: one.name })),
        ]}
      />
      <TextInput size="xs" label={t("filter.item")} value={item} onChange={(event) => setItem(event.currentTarget.value)} onBlur={() => item.trim() !== (filter.item_id ?? "") && set("item_id", item.trim())} maxLength={36} />
      <TextInput size="xs" type="datetime-local" label={t("filter.from")} value={localOf(filter.from)} onChange={(event) => set("from", momentOf(event.currentTarget.value))} />
      <TextInput size="xs" type="datetime-local" label={t("filter.to")} value={localOf(filter.to)} onChange={(event) => set("to", momentOf(event.currentTarget.value))} />
    </form>
  );
}

function Entries({ entries, onItemOpened }: { entries: readonly AuditEntryOut[]; onItemOpened: (itemId: string) => void }) {
  const { t } = useTranslation("audit-log");
  const [open, setOpen] = useState<string | null>(null);
  return (
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
              <Row entry={entry} isOpen={open === entry.entry_id} onToggled={() => setOpen(open === entry.entry_id ? null : entry.entry_id)} onItemOpened={onItemOpened} />
              {open === entry.entry_id && (
                <tr>
                  <td colSpan={6}>
                    <Hashes entry={entry} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  entry: AuditEntryOut;
  isOpen: boolean;
  onToggled: () => void;
  onItemOpened: (itemId: string) => void;
}

function Row({ entry, isOpen, onToggled, onItemOpened }: RowProps) {
  const { t } = useTranslation("audit-log");
  const format = useFormat();
  const now = useNow(60_000);
  const isItem = /^(item|review|assignment|audit_sample|adjudication)\./.test(entry.kind);
  const label = entry.index === null ? t("waits") : format.count(entry.index);
  return (
    <tr>
      <td>{label}</td>
      <td className="nowrap">
        <time dateTime={entry.at} title={format.full(entry.at)}>
          {format.exact(entry.at, now)}
        </time>
      </td>
      <th scope="row">{nameOf(entry.kind)}</th>
      <td>
        <bdi>{entry.actor_name ?? (entry.actor === "system" ? t("system") : entry.actor.startsWith("key:") ? t("apiKey") : t("gone"))}</bdi>
      </td>
      <td className={`code ${styles.subject}`}>
        {isItem ? (
          <button type="button" className={styles.link} onClick={() => onItemOpened(entry.subject)} title={t("openItem")}>
            {entry.subject}
          </button>
        ) : (
          <bdi>{entry.subject}</bdi>
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

function Hashes({ entry }: { entry: AuditEntryOut }) {
  const { t } = useTranslation("audit-log");
  return (
    <dl className={styles.hashes}>
      <dt>{t("leafHash")}</dt>
      <dd className="code">{entry.leaf_hash}</dd>
      <dt>{t("commitment")}</dt>
      <dd className="code">{entry.commitment}</dd>
      {entry.index !== null && (
        <>
          <dt>{t("command")}</dt>
          <dd className="code">handrail audit proof {entry.index}</dd>
        </>
      )}
    </dl>
  );
}
