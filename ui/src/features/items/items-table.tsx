import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ItemListed } from "@/api/schema";
import { safeLine } from "@/shared/content/safe-line";
import { type Format, nameOf, useFormat, useNow } from "@/shared/format";
import { type Column, type Sort, sortAfter, sortOf } from "./columns";
import styles from "./items.module.css";
import { MatchLine } from "./match-line";
import { OutcomeTag } from "./outcome-tag";

interface ItemsTableProps {
  items: readonly ItemListed[];
  columns: readonly Column[];
  sort: Sort;
  selected: string | null;
  onSelected: (itemId: string) => void;
  onOpened: (itemId: string) => void;
  onSorted: (sort: Sort) => void;
}

/** What an item is called: the caller's key, else the end of its id. */
export function nameOfItem(item: { key: string | null; item_id: string }): string {
  return item.key === null ? `…${item.item_id.slice(-12)}` : safeLine(item.key);
}

export function segmentOf(item: { domain: string; task: string }): string {
  if (item.domain === "default" && item.task === "default") return nameOf("default");
  return `${nameOf(item.domain)}, ${nameOf(item.task).toLocaleLowerCase()}`;
}

const AT_END: readonly Column[] = ["confidence", "due", "decided", "received"];
const classOf = (column: Column) => [AT_END.includes(column) ? styles.end : "", column === "received" ? styles.when : (styles[column] ?? styles.extra)].filter(Boolean).join(" ");

export function ItemsTable({ items, columns, sort, selected, onSelected, onOpened, onSorted }: ItemsTableProps) {
  const now = useNow(60_000);
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Header key={column} column={column} sort={sort} onSorted={onSorted} />
          ))}
        </tr>
      </thead>
      <tbody className="num">
        {items.map((item) => (
          <Row
            key={item.item_id}
            item={item}
            columns={columns}
            now={now}
            isSelected={item.item_id === selected}
            onSelected={() => onSelected(item.item_id)}
            onOpened={() => onOpened(item.item_id)}
          />
        ))}
      </tbody>
    </table>
  );
}

function Header({ column, sort, onSorted }: { column: Column; sort: Sort; onSorted: (sort: Sort) => void }) {
  const { t } = useTranslation("items");
  const name = t(`column.${column}`);
  const by = sortOf(column);
  const isSorted = by !== null && sort.replace("-", "") === by;
  const Arrow = sort.startsWith("-") ? IconArrowDown : IconArrowUp;
  return (
    <th scope="col" className={classOf(column)} aria-sort={isSorted ? (sort.startsWith("-") ? "descending" : "ascending") : undefined}>
      {by === null ? (
        name
      ) : (
        <button type="button" className={styles.sorter} title={t("sortBy", { name })} onClick={() => onSorted(sortAfter(column, sort))}>
          {name}
          {isSorted && <Arrow size={12} stroke={2} aria-hidden="true" />}
        </button>
      )}
    </th>
  );
}

interface RowProps {
  item: ItemListed;
  columns: readonly Column[];
  now: Date;
  isSelected: boolean;
  onSelected: () => void;
  onOpened: () => void;
}

function Row({ item, columns, now, isSelected, onSelected, onOpened }: RowProps) {
  const { t } = useTranslation("items");
  const format = useFormat();
  return (
    <tr data-selected={isSelected || undefined} onClick={onSelected} onDoubleClick={onOpened} id={`row-${item.item_id}`}>
      {columns.map((column) => (
        <td key={column} className={`${MAIN.includes(column) ? "" : "quiet "}${classOf(column)}`}>
          {cell(column, { item, isSelected, now, t, format })}
        </td>
      ))}
    </tr>
  );
}

const MAIN: readonly Column[] = ["item", "output", "outcome"];

interface Shown {
  item: ItemListed;
  isSelected: boolean;
  now: Date;
  t: TFunction<"items">;
  format: Format;
}

function cell(column: Column, { item, isSelected, now, t, format }: Shown): ReactNode {
  switch (column) {
    case "item":
      return (
        <button type="button" aria-pressed={isSelected} className={styles.itemName} title={nameOfItem(item)}>
          <bdi>{nameOfItem(item)}</bdi>
        </button>
      );
    case "output":
      return outputOf(item, t);
    case "outcome":
      return <OutcomeTag item={item} />;
    case "segment":
      return <Short text={segmentOf(item)} />;
    case "confidence":
      return item.confidence === null ? <span className="quieter">{t("unknown")}</span> : format.decimal(item.confidence);
    case "received":
      return format.moment(item.received_at, now);
    case "decided":
      return item.decided_at === null ? null : format.moment(item.decided_at, now);
    case "due":
      return item.due_at === null || item.status !== "pending" ? null : format.due(item.due_at, now);
    case "state":
      return t(`value.${item.state as "pending"}`, { defaultValue: item.state });
    case "queue":
      return item.queue === null ? null : <Short text={nameOf(item.queue)} />;
    case "rule":
    case "model":
    case "language":
      return item[column] === null ? null : <Short text={item[column]} />;
  }
}

function outputOf(item: ItemListed, t: TFunction<"items">): ReactNode {
  if (item.match !== null) return <MatchLine match={item.match} />;
  if (item.snippet === "") return <span className={styles.gone}>{t("noSnippet")}</span>;
  return (
    <div className={styles.snippet} dir="auto" data-code={/^[{[]/.test(item.snippet) || undefined}>
      <bdi>{safeLine(item.snippet)}</bdi>
    </div>
  );
}

function Short({ text }: { text: string }) {
  return (
    <span className={styles.segmentName} title={text}>
      <bdi>{safeLine(text)}</bdi>
    </span>
  );
}
