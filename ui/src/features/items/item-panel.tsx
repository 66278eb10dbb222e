import { ActionIcon, Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ItemOut } from "@/api/schema";
import { useFormat } from "@/shared/format";
import { LoadingShape, Problem } from "@/shared/ui";
import { useItem, useTimeline } from "./api/get-item";
import { Facts } from "./facts";
import styles from "./items.module.css";
import { nameOfItem } from "./items-table";
import { OutcomeTag } from "./outcome-tag";
import { TimelineView } from "./timeline-view";

interface ItemPanelProps {
  itemId: string;
  onOpened: () => void;
  onClosed: () => void;
}

/** One item beside the list. */
export function ItemPanel({ itemId, onOpened, onClosed }: ItemPanelProps) {
  const { t } = useTranslation("items");
  const item = useItem(itemId);
  const timeline = useTimeline(itemId);
  const error = item.error ?? timeline.error;
  const name = item.data === undefined ? "" : nameOfItem(item.data);
  return (
    <aside className={styles.panel} aria-label={t("panel", { name })} tabIndex={-1}>
      <div className={styles.panelHead}>
        <h2 title={name}>
          <bdi>{name}</bdi>
        </h2>
        {item.data !== undefined && <OutcomeTag item={shortOf(item.data)} />}
        <span className="row push">
          <Button size="xs" onClick={onOpened}>
            {t("open")}
          </Button>
          <ActionIcon aria-label={t("closePanel")} onClick={onClosed}>
            <IconX size={16} stroke={1.75} />
          </ActionIcon>
        </span>
      </div>
      {error !== null ? (
        <Problem error={error} onTryAgain={() => void Promise.all([item.refetch(), timeline.refetch()])} />
      ) : item.data === undefined || timeline.data === undefined ? (
        <LoadingShape lines={9} />
      ) : (
        <>
          <Facts item={item.data} />
          <h3>{t("whatHappened")}</h3>
          <TimelineView entries={timeline.data} />
        </>
      )}
    </aside>
  );
}

/** The short form of an item, for what both lists and pages show. */
export function shortOf(item: ItemOut) {
  return { status: item.status, verdict: item.outcome?.review?.verdict ?? null, source: item.outcome?.source ?? null };
}

/** How long it took from arrival to outcome; null while pending. */
export function useTimeToOutcome(item: ItemOut): string | null {
  const format = useFormat();
  const decided = item.outcome?.decided_at ?? null;
  return decided === null ? null : format.span(Date.parse(decided) - Date.parse(item.received_at));
}
