import { useTranslation } from "react-i18next";
import type { AttemptShort, DeliveryState, ItemDelivery } from "@/api/schema";
import { safeLine } from "@/shared/content/safe-line";
import { useFormat, useNow } from "@/shared/format";
import { useMay } from "@/shared/session/project";
import { EmptyState, Pill, type Tone } from "@/shared/ui";
import styles from "./items.module.css";

const TONES: Record<DeliveryState, Tone> = { waiting: "plain", done: "ok", dead: "bad" };
/** Of a long row of attempts the last ones say how it stands. */
const SHOWN = 5;

/** Who was told of this item, when, and how often it was tried. */
export function DeliveriesView({ deliveries }: { deliveries: readonly ItemDelivery[] }) {
  const { t } = useTranslation("items");
  if (deliveries.length === 0) return <EmptyState title={t("deliveries.none")}>{t("deliveries.noneText")}</EmptyState>;
  return (
    <div className={styles.wide} tabIndex={0} role="region" aria-label={t("tab.deliveries")}>
      <table className={styles.plainTable}>
        <thead>
          <tr>
            <th scope="col">{t("deliveries.to")}</th>
            <th scope="col">{t("deliveries.event")}</th>
            <th scope="col">{t("deliveries.state")}</th>
            <th scope="col">{t("deliveries.attempts")}</th>
          </tr>
        </thead>
        <tbody className="num">
          {deliveries.map((one) => (
            <Row key={one.delivery_id} delivery={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ delivery }: { delivery: ItemDelivery }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const now = useNow(60_000);
  const mayManage = useMay("webhooks.manage");
  const left = delivery.attempts.length - SHOWN;
  return (
    <tr>
      <th scope="row">{mayManage ? <a href="/settings/webhooks">{delivery.webhook}</a> : delivery.webhook}</th>
      <td>
        {delivery.type}
        <span className="meta nowrap" title={format.full(delivery.created_at)}>
          {" "}
          {format.exact(delivery.created_at, now)}
        </span>
      </td>
      <td>
        <Pill tone={TONES[delivery.state]}>{t(`deliveries.states.${delivery.state}`)}</Pill>
        {delivery.next_attempt_at !== null && delivery.attempts.length > 0 && (
          <p className="meta">{t("deliveries.next", { when: format.moment(delivery.next_attempt_at, now) })}</p>
        )}
      </td>
      <td className={styles.findings}>
        {left > 0 && <p className="meta">{t("deliveries.earlier", { count: left })}</p>}
        {delivery.attempts.length === 0 ? (
          t("deliveries.notTried")
        ) : (
          <ul>
            {delivery.attempts.slice(-SHOWN).map((attempt) => (
              <Attempt key={attempt.at} attempt={attempt} now={now} />
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}

function Attempt({ attempt, now }: { attempt: AttemptShort; now: Date }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  return (
    <li>
      <time dateTime={attempt.at} title={format.full(attempt.at)}>
        {format.exact(attempt.at, now)}
      </time>{" "}
      {attempt.status === null ? t("deliveries.noAnswer") : t("deliveries.answered", { status: attempt.status })}{" "}
      <span className="meta nowrap">{t("scores.ms", { ms: attempt.took_ms })}</span>
      {attempt.error !== null && (
        <p className="meta">
          <bdi>{safeLine(attempt.error)}</bdi>
        </p>
      )}
    </li>
  );
}
