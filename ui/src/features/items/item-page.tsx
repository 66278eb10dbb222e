import { Button, Tabs } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { ItemOut } from "@/api/schema";
import { useFormat } from "@/shared/format";
import { useKeys } from "@/shared/keys";
import { EmptyState, LoadingShape, Note, Problem } from "@/shared/ui";
import { AfterActions } from "./after-actions";
import { AfterView } from "./after-view";
import { useItem, useTimeline } from "./api/get-item";
import { ContentView } from "./content-view";
import { DeliveriesView } from "./deliveries-view";
import { Facts } from "./facts";
import { shortOf } from "./item-panel";
import styles from "./items.module.css";
import { nameOfItem } from "./items-table";
import { OutcomeTag } from "./outcome-tag";
import { ReviewsView } from "./reviews-view";
import { RouteView } from "./route-view";
import { SampleView } from "./sample-view";
import { ScoresView } from "./scores-view";
import { TimelineView } from "./timeline-view";

const TABS = ["content", "scores", "reviews", "route", "deliveries", "evidence"] as const;
type Tab = (typeof TABS)[number];

interface ItemPageProps {
  itemId: string;
  tab: string | undefined;
  /** What the audit log says of the item, for those who may read it. */
  evidence: ReactNode;
  onTabChosen: (tab: string) => void;
  onLeave: () => void;
}

/** One item with everything that became of it. */
export function ItemPage({ itemId, tab, evidence, onTabChosen, onLeave }: ItemPageProps) {
  const { t } = useTranslation("items");
  const { data, error, refetch } = useItem(itemId);
  useKeys({ close: onLeave });
  const name = data === undefined ? null : nameOfItem(data);
  useEffect(() => {
    if (name !== null) document.title = `${name} | Handrail`;
  }, [name]);

  return (
    <div className={styles.itemPage}>
      <div>
        <Button size="xs" variant="subtle" leftSection={<IconArrowLeft size={16} stroke={1.75} />} onClick={onLeave}>
          {t("back")}
        </Button>
      </div>
      {data !== undefined ? (
        <Item item={data} tab={TABS.find((one) => one === tab) ?? "content"} evidence={evidence} onTabChosen={onTabChosen} />
      ) : error instanceof ApiError && error.status === 404 ? (
        <EmptyState heading="h1" title={t("notFound.title")}>{t("notFound.text")}</EmptyState>
      ) : error !== null ? (
        <Problem error={error} onTryAgain={() => void refetch()} />
      ) : (
        <LoadingShape lines={10} />
      )}
    </div>
  );
}

interface ItemProps {
  item: ItemOut;
  tab: Tab;
  evidence: ReactNode;
  onTabChosen: (tab: string) => void;
}

function Item({ item, tab, evidence, onTabChosen }: ItemProps) {
  const { t } = useTranslation("items");
  const tabs = TABS.filter((one) => one !== "evidence" || evidence !== null);
  const format = useFormat();
  return (
    <>
      <header className={styles.itemHead}>
        <h1>
          <bdi>{nameOfItem(item)}</bdi>
        </h1>
        <OutcomeTag item={shortOf(item)} />
        <AfterActions item={item} />
      </header>
      {item.erased_at !== null && <Note>{t("erased.line", { at: format.full(item.erased_at) })}</Note>}
      <AfterView item={item} />
      <div className={styles.columns}>
        <Tabs value={tab} onChange={(next) => next !== null && onTabChosen(next)} keepMounted={false}>
          <Tabs.List className={styles.tabs}>
            {tabs.map((one) => (
              <Tabs.Tab key={one} value={one}>
                {t(`tab.${one}`)}
                {one === "scores" && <Counted count={item.scores.length} />}
                {one === "reviews" && <Counted count={item.reviews.length} />}
                {one === "deliveries" && <Counted count={item.deliveries.length} />}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="content">
            <ContentView item={item} />
          </Tabs.Panel>
          <Tabs.Panel value="scores">
            <ScoresView scores={item.scores} />
          </Tabs.Panel>
          <Tabs.Panel value="reviews">
            <SampleView sample={item.audit_sample} />
            <ReviewsView item={item} />
          </Tabs.Panel>
          <Tabs.Panel value="route">
            <RouteView route={item.route} />
          </Tabs.Panel>
          <Tabs.Panel value="deliveries">
            <DeliveriesView deliveries={item.deliveries} />
          </Tabs.Panel>
          <Tabs.Panel value="evidence">{evidence}</Tabs.Panel>
        </Tabs>
        <aside className={styles.side} aria-label={t("whatHappened")}>
          <Facts item={item} />
          <h2>{t("whatHappened")}</h2>
          <History itemId={item.item_id} />
        </aside>
      </div>
    </>
  );
}

function Counted({ count }: { count: number }) {
  const format = useFormat();
  return <span className={styles.tabCount}>{format.count(count)}</span>;
}

function History({ itemId }: { itemId: string }) {
  const { data, error, refetch } = useTimeline(itemId);
  if (data !== undefined) return <TimelineView entries={data} />;
  return error === null ? <LoadingShape /> : <Problem error={error} onTryAgain={() => void refetch()} />;
}
