import { Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeliveryOut, DeliveryState, WebhookOut } from "@/api/schema";
import { useFormat, useNow } from "@/shared/format";
import { EmptyState, LoadingShape, Note, Pill, Problem, type Tone, useSentence } from "@/shared/ui";
import { useDeliveries, useReplay } from "../api/webhooks";
import styles from "../settings.module.css";
import { ReplaySpan } from "./replay-span";

type Shown = DeliveryState | "all";
const STATES: readonly DeliveryState[] = ["waiting", "dead", "done"];
const TONES: Record<DeliveryState, Tone> = { waiting: "plain", done: "ok", dead: "bad" };

/** What went to one webhook, what waits, what was given up; each can be sent again. */
export function DeliveriesView({ webhook }: { webhook: WebhookOut }) {
  const { t } = useTranslation("settings");
  const [shown, setShown] = useState<Shown>(webhook.health.dead > 0 ? "dead" : "all");
  return (
    <div className={styles.wideSection}>
      <div className={styles.sectionHead}>
        <SegmentedControl
          size="xs"
          aria-label={t("webhooks.filter")}
          value={shown}
          data={[{ value: "all", label: t("webhooks.all") }, ...STATES.map((one) => ({ value: one, label: t(`webhooks.states.${one}`) }))]}
          onChange={(next) => setShown(STATES.find((one) => one === next) ?? "all")}
        />
        <ReplaySpan webhook={webhook.name} isOn={webhook.enabled} />
      </div>
      <Deliveries webhook={webhook} shown={shown} />
    </div>
  );
}

function Deliveries({ webhook, shown }: { webhook: WebhookOut; shown: Shown }) {
  const { t } = useTranslation("settings");
  const sentence = useSentence();
  const { data, error, refetch, hasNextPage, fetchNextPage } = useDeliveries(webhook.name, shown);
  const replay = useReplay();
  if (data === undefined) {
    return error === null ? <LoadingShape lines={3} /> : <Problem error={error} onTryAgain={() => void refetch()} />;
  }
  const rows = data.pages.flatMap((page) => page.data);
  if (rows.length === 0) {
    const isDead = shown === "dead";
    return <EmptyState title={t(isDead ? "webhooks.noDead" : "webhooks.noDeliveries")}>{t(isDead ? "webhooks.noDeadText" : "webhooks.noDeliveriesText")}</EmptyState>;
  }
  return (
    <>
      {replay.error !== null && (
        <Note tone="bad" role="alert">
          {sentence(replay.error)}
        </Note>
      )}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("webhooks.deliveriesNamed", { name: webhook.name })}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t("webhooks.event")}</th>
              <th scope="col">{t("webhooks.subject")}</th>
              <th scope="col">{t("webhooks.attempts")}</th>
              <th scope="col">{t("webhooks.answer")}</th>
              <th scope="col">{t("webhooks.when")}</th>
              <th scope="col">
                <span className="hidden-text">{t("webhooks.again")}</span>
              </th>
            </tr>
          </thead>
          <tbody className="num">
            {rows.map((one) => (
              <Row key={one.delivery_id} delivery={one} canReplay={webhook.enabled} onReplayAsked={() => replay.mutate(one.delivery_id)} />
            ))}
          </tbody>
        </table>
      </div>
      {hasNextPage && (
        <div>
          <Button size="xs" onClick={() => void fetchNextPage()}>
            {t("webhooks.more")}
          </Button>
        </div>
      )}
    </>
  );
}

interface RowProps {
  delivery: DeliveryOut;
  canReplay: boolean;
  onReplayAsked: () => void;
}

function Row({ delivery, canReplay, onReplayAsked }: RowProps) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const now = useNow(60_000);
  const last = delivery.attempts.at(-1);
  const moment = (at: string) => format.moment(at, now);
  return (
    <tr>
      <th scope="row">
        <span className="medium">{delivery.type}</span> <Pill tone={TONES[delivery.state]}>{t(`webhooks.states.${delivery.state}`)}</Pill>
      </th>
      <td>
        <Subject delivery={delivery} />
      </td>
      <td>{format.count(delivery.attempts.length)}</td>
      <td>
        {last !== undefined && (last.status ?? t("webhooks.noAnswer"))}
        {last?.error != null && <span className={`small quiet ${styles.email}`}>{last.error}</span>}
      </td>
      <td>
        {moment(delivery.created_at)}
        {delivery.state === "waiting" && delivery.next_attempt_at !== null && delivery.attempts.length > 0 && (
          <span className={`small quiet ${styles.email}`}>{t("webhooks.next", { when: moment(delivery.next_attempt_at) })}</span>
        )}
      </td>
      <td className={styles.end}>
        {canReplay && delivery.state !== "waiting" && (
          <Button
            size="xs"
            onClick={onReplayAsked}
            aria-label={t("webhooks.againNamed", { event: delivery.type, subject: delivery.subject.slice(-6) })}
          >
            {t("webhooks.again")}
          </Button>
        )}
      </td>
    </tr>
  );
}

function Subject({ delivery: { type, subject } }: { delivery: DeliveryOut }) {
  if (!type.startsWith("item.")) return <bdi>{subject}</bdi>;
  return (
    <a className="code" href={`/items/${subject}`} title={subject}>
      …{subject.slice(-6)}
    </a>
  );
}
