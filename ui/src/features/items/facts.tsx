import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ItemOut } from "@/api/schema";
import { nameOf, useFormat, useNow } from "@/shared/format";
import { itemsUrl } from "@/shared/links/items-url";
import styles from "./items.module.css";
import { useTimeToOutcome } from "./item-panel";
import { segmentOf } from "./items-table";

/** What an item is, in a few lines. */
export function Facts({ item }: { item: ItemOut }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const now = useNow(60_000);
  const took = useTimeToOutcome(item);
  const { submitted, route, outcome } = item;
  const segment = { domain: submitted.domain ?? "default", task: submitted.task ?? "default" };
  const model = [submitted.model, submitted.prompt_version].filter(Boolean).join(", ");
  return (
    <dl className={`${styles.facts} num`}>
      <Fact name={t("fact.segment")}>
        <a href={itemsUrl(segment)} title={t("fact.itemsOf")}>
          {segmentOf(segment)}
        </a>
      </Fact>
      {model !== "" && (
        <Fact name={t("fact.model")}>
          <bdi>{model}</bdi>
        </Fact>
      )}
      {route !== null && (
        <Fact name={t("fact.route")}>
          {t("routeWithProbability", {
            action: t(`action.${route.action as "review"}`, { defaultValue: route.action }),
            probability: route.probability,
          })}
        </Fact>
      )}
      {item.queue !== null && (
        <Fact name={t("fact.queue")}>
          <a href={itemsUrl({ queue: item.queue })} title={t("fact.itemsOf")}>
            {nameOf(item.queue)}
          </a>
        </Fact>
      )}
      <Fact name={t("fact.received")}>
        <time dateTime={item.received_at} title={format.full(item.received_at)}>
          {format.moment(item.received_at, now)}
        </time>
      </Fact>
      {took !== null ? (
        <Fact name={t("fact.took")}>{took}</Fact>
      ) : (
        outcome?.due_at != null && <Fact name={t("fact.due")}>{format.due(outcome.due_at, now)}</Fact>
      )}
      <Fact name={t("fact.confidence")}>
        {submitted.confidence == null ? t("unknown") : format.decimal(submitted.confidence)}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
