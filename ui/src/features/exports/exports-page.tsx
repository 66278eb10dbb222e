import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ExportOut, Page } from "@/api/schema";
import { useMay } from "@/shared/session/project";
import { EmptyState, LoadingShape, Note, PageHead, Problem } from "@/shared/ui";
import { useExports } from "./api/exports";
import { fromSearch, type Search, searchOf } from "./asked";
import { ExportForm } from "./export-form";
import { ExportRow } from "./export-row";
import styles from "./exports.module.css";

interface ExportsPageProps {
  search: Search;
  onSearchChanged: (search: Search) => void;
}

/** What was decided, as files: those that were made, and the form that has new ones made. It stands in the address. */
export function ExportsPage({ search, onSearchChanged }: ExportsPageProps) {
  const { t } = useTranslation("exports");
  const mayRead = useMay("exports.read");
  const mayStart = useMay("exports.write");
  const [left, setLeft] = useState<"begun" | "cancelled" | null>(null);
  const said = useRef<HTMLDivElement>(null);
  const cursor = search["cursor"] ?? null;
  const { data, error, refetch } = useExports(cursor, mayRead);
  useEffect(() => {
    document.title = `${t("title")} | Handrail`;
  }, [t]);
  useEffect(() => {
    if (left === "begun") said.current?.focus(); // the form that held the focus is gone
  }, [left]);
  if (!mayRead) {
    return (
      <div className={styles.page}>
        <PageHead title={t("title")} />
        <EmptyState title={t("closed.title")}>{t("closed.text")}</EmptyState>
      </div>
    );
  }
  const show = (next: Search) => {
    setLeft(null);
    onSearchChanged(next);
  };
  const leave = (how: "begun" | "cancelled") => {
    onSearchChanged({});
    setLeft(how);
  };
  const isAsking = mayStart && search["new"] === "true";
  const ask = mayStart && !isAsking && (
    <Button variant="filled" size="sm" autoFocus={left === "cancelled"} onClick={() => show({ new: "true" })}>
      {t("new")}
    </Button>
  );
  return (
    <div className={styles.page}>
      <PageHead title={t("title")} actions={data?.data.length === 0 && cursor === null ? undefined : ask}>
        {t("what")} <a href="/items">{t("toItems")}</a>
      </PageHead>
      {isAsking && <ExportForm key={JSON.stringify(search)} {...fromSearch(search)} onBegun={() => leave("begun")} onCancelled={() => leave("cancelled")} />}
      <div>
        <div role="status" ref={said} tabIndex={-1} className={styles.said}>
          {left === "begun" && <Note tone="ok">{t("begun")}</Note>}
        </div>
        {data === undefined ? (
          error === null ? <LoadingShape lines={6} /> : <Problem error={error} onTryAgain={() => void refetch()} />
        ) : data.data.length === 0 && cursor === null ? (
          !isAsking && (
            <div className="card">
              <EmptyState title={t("empty.title")} actions={ask || undefined}>
                {t("empty.text")}
              </EmptyState>
            </div>
          )
        ) : (
          <ExportList page={data} cursor={cursor} onPaged={(next) => show(next === null ? {} : { cursor: next })} onAskedAgain={mayStart ? (one) => show(searchOf(one)) : null} />
        )}
      </div>
    </div>
  );
}

interface ListProps {
  page: Page<ExportOut>;
  cursor: string | null;
  onPaged: (cursor: string | null) => void;
  onAskedAgain: ((one: ExportOut) => void) | null;
}

function ExportList({ page, cursor, onPaged, onAskedAgain }: ListProps) {
  const { t } = useTranslation("exports");
  const [passed, setPassed] = useState<readonly (string | null)[]>([]);
  const older = () => {
    setPassed([...passed, cursor]);
    onPaged(page.next_cursor);
  };
  const newer = () => {
    onPaged(passed.at(-1) ?? null);
    setPassed(passed.slice(0, -1));
  };
  return (
    <>
      <ul className={`card ${styles.list}`} aria-label={t("title")}>
        {page.data.map((one) => (
          <ExportRow key={one.export_id} listed={one} onAskedAgain={onAskedAgain === null ? null : () => onAskedAgain(one)} />
        ))}
      </ul>
      {(cursor !== null || page.next_cursor !== null) && (
        <nav className={styles.buttons} aria-label={t("pages")}>
          <Button size="xs" disabled={cursor === null} onClick={newer}>
            {t(cursor !== null && passed.length === 0 ? "newest" : "newer")}
          </Button>
          <Button size="xs" disabled={page.next_cursor === null} onClick={older}>
            {t("older")}
          </Button>
        </nav>
      )}
    </>
  );
}
