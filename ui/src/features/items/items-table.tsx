import { useTranslation } from "react-i18next";
import type { ItemShort } from "@/api/schema";
import { safeLine } from "@/shared/content/safe-line";
import { nameOf, useFormat, useNow } from "@/shared/format";
import styles from "./items.module.css";
import { OutcomeTag } from "./outcome-tag";

interface ItemsTableProps {
  items: readonly ItemShort[];
  selected: string | null;
  onSelected: (itemId: string) => void;
  onOpened: (itemId: string) => void;
}

/** What an item is called: the caller's key, else the end of its id. */
export function nameOfItem(item: { key: string | null; item_id: string }): string {
  return item.key === null ? `…${item.item_id.slice(-12)}` : safeLine(item.key);
}

export function segmentOf(item: { domain: string; task: string }): string {
  if (item.domain === "default" && item.task === "default") return nameOf("default");
  return `${nameOf(item.domain)}, ${nameOf(item.task).toLocaleLowerCase()}`;
}

export function ItemsTable({ items, selected, onSelected, onOpened }: ItemsTableProps) {
  const { t } = useTranslation("items");
  const now = useNow(60_000);
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t("column.item")}</th>
          <th scope="col">{t("column.output")}</th>
          <th scope="col">{t("column.outcome")}</th>
          <th scope="col" className={styles.segment}>
            {t("column.segment")}
          </th>
          <th scope="col" className={`${styles.end} ${styles.confidence}`}>
            {t("column.confidence")}
          </th>
          <th scope="col" className={styles.end}>
            {t("column.received")}
          </th>
        </tr>
      </thead>
      <tbody className="num">
        {items.map((item) => (
          <Row
            key={item.item_id}
            item={item}
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

interface RowProps {
  item: ItemShort;
  now: Date;
  isSelected: boolean;
  onSelected: () => void;
  onOpened: () => void;
}

function Row({ item, now, isSelected, onSelected, onOpened }: RowProps) {
  const { t } = useTranslation("items");
  const format = useFormat();
  return (
    <tr data-selected={isSelected || undefined} onClick={onSelected} onDoubleClick={onOpened} id={`row-${item.item_id}`}>
      <td className={styles.item}>
        <button type="button" aria-pressed={isSelected} className={styles.itemName} title={nameOfItem(item)}>
          <bdi>{nameOfItem(item)}</bdi>
        </button>
      </td>
      <td className={styles.output}>
        {item.snippet === "" ? (
          <span className={styles.gone}>{t("noSnippet")}</span>
        ) : (
          <div className={styles.snippet} dir="auto" data-code={/^[{[]/.test(item.snippet) || undefined}>
            <bdi>{safeLine(item.snippet)}</bdi>
          </div>
        )}
      </td>
      <td className={styles.outcome}>
        <OutcomeTag item={item} />
      </td>
      <td className={`quiet ${styles.segment}`}>
        <span className={styles.segmentName} title={segmentOf(item)}>
          {segmentOf(item)}
        </span>
      </td>
      <td className={`${styles.end} ${styles.confidence}`}>
        {item.confidence === null ? <span className="quieter">{t("unknown")}</span> : format.decimal(item.confidence)}
      </td>
      <td className={`quiet ${styles.end} ${styles.when}`}>{format.moment(item.received_at, now)}</td>
    </tr>
  );
}
