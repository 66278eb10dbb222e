import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ItemShort, Page } from "@/api/schema";
import { useKeys } from "@/shared/keys";
import { EmptyState, LoadingShape, Problem } from "@/shared/ui";
import { ROWS, useItems } from "./api/get-items";
import { FilterBar } from "./filter-bar";
import { type Filter, fromSearch, isEmpty, noFilter, type SearchWords, toSearch, withoutField } from "./filters";
import { ItemPanel } from "./item-panel";
import styles from "./items.module.css";
import { ItemsTable } from "./items-table";
import { useFilterWords } from "./words";

interface ItemsPageProps {
  search: SearchWords;
  onSearchChanged: (search: SearchWords, how: { replace: boolean }) => void;
  onItemOpened: (itemId: string) => void;
}

/** From any number to the items behind it. The filter and the open item stand in the address. */
export function ItemsPage({ search, onSearchChanged, onItemOpened }: ItemsPageProps) {
  const { t } = useTranslation("items");
  const filter = fromSearch(search);
  const selected = search["item"] ?? null;
  const hasRoom = useMediaQuery("(min-width: 1024px)", window.matchMedia("(min-width: 1024px)").matches);
  const pages = usePages(filter);
  const { data, error, refetch, isPlaceholderData } = useItems(toSearch(filter), pages.cursor);
  const items = data?.data ?? [];
  useEffect(() => {
    document.title = `${t("title")} | Handrail`;
  }, [t]);

  const select = (itemId: string | null) =>
    onSearchChanged({ ...toSearch(filter), ...(itemId !== null && { item: itemId }) }, { replace: true });
  const choose = (itemId: string) => (hasRoom ? select(itemId) : onItemOpened(itemId));
  const filterBy = (next: Filter) => {
    pages.restart();
    onSearchChanged(toSearch(next), { replace: false });
  };
  useRowKeys({ items, selected, onSelected: select, onOpened: onItemOpened });

  return (
    <div className={styles.page} data-panel={(hasRoom && selected !== null) || undefined}>
      <section className={styles.list}>
        <h1>{t("title")}</h1>
        <FilterBar filter={filter} onFilterChanged={filterBy} />
        {data === undefined ? (
          error === null ? (
            <LoadingShape lines={12} />
          ) : (
            <Problem error={error} onTryAgain={() => void refetch()} />
          )
        ) : (
          <>
            <Count page={pages.first ?? data} />
            {items.length === 0 ? (
              <Nothing filter={filter} onFilterChanged={filterBy} />
            ) : (
              <div className={styles.rows} aria-busy={isPlaceholderData}>
                <ItemsTable items={items} selected={selected} onSelected={choose} onOpened={onItemOpened} />
                <PageButtons pages={pages} page={data} />
              </div>
            )}
          </>
        )}
      </section>
      {hasRoom && selected !== null && (
        <ItemPanel
          key={selected}
          itemId={selected}
          onOpened={() => onItemOpened(selected)}
          onClosed={() => select(null)}
        />
      )}
    </div>
  );
}

interface Pages {
  cursor: string | null;
  /** The first page, once another is on screen: only it was asked for the count. */
  first: Page<ItemShort> | null;
  restart: () => void;
  forward: (from: Page<ItemShort>) => void;
  back: (() => void) | null;
}

/** Which page of the list is on screen: the cursors gone through so far. */
function usePages(filter: Filter): Pages {
  const name = JSON.stringify(toSearch(filter));
  const fresh = { name, cursors: [] as string[], first: null as Page<ItemShort> | null };
  const [state, setState] = useState(fresh);
  const now = state.name === name ? state : fresh;
  return {
    cursor: now.cursors.at(-1) ?? null,
    first: now.cursors.length === 0 ? null : now.first,
    restart: () => setState(fresh),
    forward: (from) => {
      if (from.next_cursor === null) return;
      setState({ name, first: now.cursors.length === 0 ? from : now.first, cursors: [...now.cursors, from.next_cursor] });
    },
    back: now.cursors.length === 0 ? null : () => setState({ ...now, cursors: now.cursors.slice(0, -1) }),
  };
}

/** J and K move the selection, Enter opens it, Esc closes the panel. */
function useRowKeys(given: {
  items: readonly ItemShort[];
  selected: string | null;
  onSelected: (itemId: string | null) => void;
  onOpened: (itemId: string) => void;
}): void {
  const { items, selected, onSelected, onOpened } = given;
  const at = items.findIndex((item) => item.item_id === selected);
  const move = (step: number) => {
    const next = items[at < 0 ? 0 : Math.min(items.length - 1, Math.max(0, at + step))];
    if (next === undefined) return;
    onSelected(next.item_id);
    document.getElementById(`row-${next.item_id}`)?.scrollIntoView({ block: "nearest" });
  };
  useKeys({
    next: () => move(1),
    previous: () => move(-1),
    ...(selected !== null && { open: () => onOpened(selected), close: () => onSelected(null) }),
  });
}

/** How many items the filter finds; counted once, with the first page. */
function Count({ page }: { page: Page<ItemShort> }) {
  const { t } = useTranslation("items");
  const words = page.count_is === "at_least" ? "countAtLeast" : "count";
  return (
    <div className={styles.count} role="status">
      <span className="num">{page.count === null ? t("countUnknown") : t(words, { count: page.count })}</span>
      <span className="push">{t("newestFirst")}</span>
    </div>
  );
}

/** Which filter to drop when nothing is found. */
function Nothing({ filter, onFilterChanged }: { filter: Filter; onFilterChanged: (filter: Filter) => void }) {
  const { t } = useTranslation("items");
  const { fieldName, valueName, orList } = useFilterWords();
  if (isEmpty(filter)) {
    return (
      <div className="card">
        <EmptyState title={t("empty.title")}>{t("empty.text")}</EmptyState>
      </div>
    );
  }
  return (
    <div className="card">
      <EmptyState
        title={t("empty.none")}
        actions={
          <>
            {filter.words !== "" && (
              <Button size="xs" onClick={() => onFilterChanged({ ...filter, words: "" })}>
                {t("empty.withoutWords", { words: filter.words })}
              </Button>
            )}
            {filter.tokens.map(({ field, values }) => (
              <Button size="xs" key={field} onClick={() => onFilterChanged(withoutField(filter, field))}>
                {t("empty.without", { name: fieldName(field), value: orList(values.map((value) => valueName(field, value))) })}
              </Button>
            ))}
            <Button size="xs" variant="subtle" onClick={() => onFilterChanged(noFilter)}>
              {t("empty.all")}
            </Button>
          </>
        }
      >
        {t("empty.drop")}
      </EmptyState>
    </div>
  );
}

function PageButtons({ pages, page }: { pages: Pages; page: Page<ItemShort> }) {
  const { t } = useTranslation("items");
  if (pages.back === null && page.next_cursor === null) return null;
  return (
    <nav className={styles.pageButtons} aria-label={t("pages")}>
      <Button size="xs" onClick={() => pages.back?.()} disabled={pages.back === null}>
        {t("newer", { count: ROWS })}
      </Button>
      <Button size="xs" onClick={() => pages.forward(page)} disabled={page.next_cursor === null}>
        {t("older", { count: ROWS })}
      </Button>
    </nav>
  );
}
