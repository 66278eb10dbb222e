import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState, LoadingShape, Note, Problem, useSentence } from "@/shared/ui";
import { useAuditEntries } from "./api/audit-log";
import { keepEntriesSheet } from "./api/entries-sheet";
import styles from "./audit-log.module.css";
import { EntriesFilters } from "./entries-filters";
import { EntriesTable } from "./entries-table";
import type { EntryFilter } from "./filter";

interface EntriesProps {
  filter: EntryFilter;
  /** Where the page begins that stands in the address; null for the newest. */
  cursor: string | null;
  onShown: (filter: EntryFilter, cursor: string | null) => void;
}

/** Entries of this project, newest first. Filter and page stand in the address, so that one comes back to them. */
export function EntriesSection({ filter, cursor, onShown }: EntriesProps) {
  const { t } = useTranslation("audit-log");
  const [passed, setPassed] = useState<readonly (string | null)[]>([]);
  const { data, error, refetch } = useAuditEntries(filter, cursor);
  const change = (next: EntryFilter) => {
    setPassed([]);
    onShown(next, null);
  };
  const older = () => {
    setPassed([...passed, cursor]);
    onShown(filter, data?.next_cursor ?? null);
  };
  const newer = () => {
    onShown(filter, passed.at(-1) ?? null);
    setPassed(passed.slice(0, -1));
  };
  return (
    <section className={styles.block}>
      <div className={styles.sectionHead}>
        <h2>{t("entries.title")}</h2>
        <Sheet filter={filter} />
      </div>
      <p className="quiet">{t("entries.noted")}</p>
      <EntriesFilters key={JSON.stringify(filter)} filter={filter} onFilterChanged={change} />
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
        <EntriesTable entries={data.data} />
      )}
      {(cursor !== null || data?.next_cursor != null) && (
        <nav className={styles.pageButtons} aria-label={t("entries.pages")}>
          <Button size="xs" disabled={cursor === null} onClick={newer}>
            {t(cursor !== null && passed.length === 0 ? "entries.newest" : "entries.newer")}
          </Button>
          <Button size="xs" disabled={data?.next_cursor == null} onClick={older}>
            {t("entries.older")}
          </Button>
        </nav>
      )}
    </section>
  );
}

/** Saves all entries that the filter lets through. */
function Sheet({ filter }: { filter: EntryFilter }) {
  const { t } = useTranslation("audit-log");
  const sentence = useSentence();
  const [state, setState] = useState<"idle" | "busy" | Error>("idle");
  const keep = () => {
    setState("busy");
    keepEntriesSheet(filter).then(
      () => setState("idle"),
      (error: unknown) => setState(error instanceof Error ? error : new Error(String(error))),
    );
  };
  return (
    <>
      <Button
        size="xs"
        leftSection={<IconDownload size={16} stroke={1.75} />}
        title={t("entries.sheetLong")}
        aria-disabled={state === "busy"}
        onClick={() => state !== "busy" && keep()}
      >
        <span aria-live="polite">{t(state === "busy" ? "entries.sheetBusy" : "entries.sheet")}</span>
      </Button>
      {state instanceof Error && (
        <Note tone="bad" role="alert">
          {sentence(state)}
        </Note>
      )}
    </>
  );
}
