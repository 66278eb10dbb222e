import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ItemListed, ItemsPage as ListPage, ViewOut } from "@/api/schema";
import { useFormat } from "@/shared/format";
import { useKeys } from "@/shared/keys";
import { EmptyState, LoadingShape, Note, Problem } from "@/shared/ui";
import { ROWS, useItems } from "./api/get-items";
import { type Column, readColumns, readSort, type Sort, USUAL, writeColumns } from "./columns";
import { FilterBar } from "./filter-bar";
import { type Filter, fromSearch, isEmpty, noFilter, type SearchWords, toSearch, withoutField } from "./filters";
import { ItemPanel } from "./item-panel";
import styles from "./items.module.css";
import { ItemsTable } from "./items-table";
import { ColumnsMenu, ExportLink, SheetButton } from "./list-menus";
import { ViewsMenu } from "./views-menu";
import { useFilterWords } from "./words";

const SLOW_MS = 1_500;

interface ItemsPageProps {
  search: SearchWords;
  onSearchChanged: (search: SearchWords, how: { replace: boolean }) => void;
  onItemOpened: (itemId: string) => void;
}

/** From any number to the items behind it. The filter and the open item stand in the address. */
export function ItemsPage({ search, onSearchChanged, onItemOpened }: ItemsPageProps) {
  const { t } = useTranslation("items");
  const filter = fromSearch(search);
  const sort = readSort(search["sort"]);
  const columns = readColumns(search["columns"]);
  const selected = search["item"] ?? null;
  const hasRoom = useMediaQuery("(min-width: 1024px)", window.matchMedia("(min-width: 1024px)").matches);
  const asked = askedOf(filter, sort);
  const pages = usePages(asked);
  const { data, error, refetch, isPlaceholderData, isFetching } = useItems(asked, pages.cursor);
  const items = data?.data ?? [];
  useEffect(() => {
    document.title = `${t("title")} | Handrail`;
  }, [t]);

  const show = (next: { filter?: Filter; sort?: Sort; columns?: readonly Column[]; item?: string | null }, replace = false) => {
    const search = askedOf(next.filter ?? filter, next.sort ?? sort);
    const chosen = writeColumns(next.columns ?? columns);
    if (chosen !== null) search["columns"] = chosen;
    if (next.item != null) search["item"] = next.item;
    onSearchChanged(search, { replace });
  };
  const select = (itemId: string | null) => show({ item: itemId }, true);
  const choose = (itemId: string) => (hasRoom ? select(itemId) : onItemOpened(itemId));
  const filterBy = (next: Filter) => show({ filter: next });
  const open = (view: ViewOut) =>
    show({ filter: fromSearch(view.filters), sort: readSort(view.sort), columns: view.columns === null ? USUAL : readColumns(view.columns.join()) });
  useRowKeys({ items, selected, onSelected: select, onOpened: onItemOpened });
  const { sort: _sort, ...filters } = asked;

  return (
    <div className={styles.page} data-panel={(hasRoom && selected !== null) || undefined}>
      <section className={styles.list}>
        <header className={styles.head}>
          <h1>{t("title")}</h1>
          <div className={styles.headButtons}>
            <ViewsMenu shown={{ filters, sort, columns: writeColumns(columns) === null ? null : [...columns] }} onChosen={open} />
            <ExportLink search={filters} />
            <SheetButton search={asked} />
          </div>
        </header>
        <FilterBar filter={filter} onFilterChanged={filterBy} />
        {data === undefined ? (
          error === null ? (
            <>
              <Slow isOn />
              <LoadingShape lines={12} />
            </>
          ) : (
            <Problem error={error} onTryAgain={() => void refetch()} />
          )
        ) : (
          <>
            {error !== null && <Problem error={error} onTryAgain={() => void refetch()} />}
            <Count page={pages.first ?? data} sort={sort}>
              <Slow isOn={isFetching && isPlaceholderData} />
              <ColumnsMenu columns={columns} onChosen={(next) => show({ columns: next, item: selected })} />
            </Count>
            <LookedBack page={data} pages={pages} />
            {items.length === 0 ? (
              data.looked_back_to === null && <Nothing filter={filter} onFilterChanged={filterBy} />
            ) : (
              <div className={styles.rows} aria-busy={isPlaceholderData}>
                <ItemsTable
                  items={items}
                  columns={columns}
                  sort={sort}
                  selected={selected}
                  onSelected={choose}
                  onOpened={onItemOpened}
                  onSorted={(next) => show({ sort: next })}
                />
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

/** The question to the server, as it also stands in the address. */
function askedOf(filter: Filter, sort: Sort): SearchWords {
  return { ...toSearch(filter), ...(sort !== "-received_at" && { sort }) };
}

interface Pages {
  cursor: string | null;
  /** The first page, once another is on screen: only it was asked for the count. */
  first: ListPage | null;
  forward: (from: ListPage) => void;
  back: (() => void) | null;
}

/** Which page of the list is on screen: the cursors gone through so far. */
function usePages(asked: SearchWords): Pages {
  const name = JSON.stringify(asked);
  const fresh = { name, cursors: [] as string[], first: null as ListPage | null };
  const [state, setState] = useState(fresh);
  const now = state.name === name ? state : fresh;
  return {
    cursor: now.cursors.at(-1) ?? null,
    first: now.cursors.length === 0 ? null : now.first,
    forward: (from) => {
      if (from.next_cursor === null) return;
      setState({ name, first: now.cursors.length === 0 ? from : now.first, cursors: [...now.cursors, from.next_cursor] });
    },
    back: now.cursors.length === 0 ? null : () => setState({ ...now, cursors: now.cursors.slice(0, -1) }),
  };
}

/** J and K move the selection, Enter opens it, Esc closes the panel. */
function useRowKeys(given: {
  items: readonly ItemListed[];
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

/** How many items the filter finds, counted once, with the first page; and the order they are in. */
function Count({ page, sort, children }: { page: ListPage; sort: Sort; children: ReactNode }) {
  const { t } = useTranslation("items");
  const words = page.count_is === "at_least" ? "countAtLeast" : "count";
  return (
    <div className={styles.count}>
      <span className="num" role="status">
        {page.count === null ? t("countUnknown") : t(words, { count: page.count })}
      </span>
      <span>
        {t(`sorted.${sort}`)}
        {!sort.endsWith("received_at") && `. ${t("leftOut")}`}
      </span>
      <span className={styles.countEnd}>{children}</span>
    </div>
  );
}

/** Says that a search takes long, once it does. */
function Slow({ isOn }: { isOn: boolean }) {
  const { t } = useTranslation("items");
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    if (!isOn) return;
    const timer = setTimeout(() => setIsSlow(true), SLOW_MS);
    return () => {
      clearTimeout(timer);
      setIsSlow(false);
    };
  }, [isOn]);
  return (
    <span role="status" className="quiet">
      {isOn && isSlow ? t("slow") : ""}
    </span>
  );
}

/** Where a page ended early, because very few of very many items match; and the way on. */
function LookedBack({ page, pages }: { page: ListPage; pages: Pages }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  if (page.looked_back_to === null) return null;
  const at = format.full(page.looked_back_to);
  return (
    <div className={styles.lookedBack}>
      <Note role="status">
        {t(page.data.length === 0 ? "noneSoFar" : "lookedBack", { at })}{" "}
        <Button size="xs" onClick={() => pages.forward(page)}>
          {t("more")}
        </Button>
      </Note>
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

function PageButtons({ pages, page }: { pages: Pages; page: ListPage }) {
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
