import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { WebhookOut } from "@/api/schema";
import { useFormat, useNow } from "@/shared/format";
import { Note, Pill, type Tone, useSentence } from "@/shared/ui";
import { useTestWebhook } from "../api/webhooks";
import styles from "../settings.module.css";
import { DeliveriesView } from "./deliveries-view";

/** From so many failures in a row on, nobody should have to read the numbers. */
const FAILING = 3;

type State = "well" | "idle" | "failing" | "off";
const TONES: Record<State, Tone> = { well: "ok", idle: "plain", failing: "bad", off: "warn" };

function stateOf(webhook: WebhookOut): State {
  if (!webhook.enabled) return "off";
  if (webhook.health.failures_in_a_row >= FAILING) return "failing";
  return webhook.health.ticks.length === 0 ? "idle" : "well";
}

interface WebhookCardProps {
  webhook: WebhookOut;
  isOpen: boolean;
  onToggled: () => void;
  onEditAsked: () => void;
  onRotateAsked: () => void;
}

export function WebhookCard({ webhook, isOpen, onToggled, onEditAsked, onRotateAsked }: WebhookCardProps) {
  const { t } = useTranslation("settings");
  const sentence = useSentence();
  const name = webhook.name;
  const state = stateOf(webhook);
  const test = useTestWebhook({ onDone: () => !isOpen && onToggled() });
  return (
    <li className={`card ${styles.webhook}`}>
      <div className={styles.webhookHead}>
        <h3>{name}</h3>
        <Pill tone={TONES[state]}>{t(`webhooks.state.${state}`)}</Pill>
        <Ticks ticks={webhook.health.ticks} />
      </div>
      <p className={`code quieter ${styles.address}`}>{webhook.url}</p>
      <p className="small quiet">{webhook.types.join(", ")}</p>
      <Health webhook={webhook} />
      {!webhook.enabled && webhook.disabled_why !== null && <Note tone="warn">{webhook.disabled_why}</Note>}
      {test.error !== null && (
        <Note tone="bad" role="alert">
          {sentence(test.error)}
        </Note>
      )}
      {test.isSuccess && isOpen && (
        <Note role="status">{t("webhooks.tested")}</Note>
      )}
      <div className={styles.webhookButtons}>
        <Button size="xs" onClick={onToggled} aria-expanded={isOpen} aria-label={isOpen ? t("webhooks.hide") : t("webhooks.deliveriesNamed", { name })}>
          {isOpen ? t("webhooks.hide") : t("webhooks.deliveries")}
        </Button>
        <Button
          size="xs"
          onClick={() => test.mutate(name)}
          aria-disabled={test.isPending || !webhook.enabled}
          disabled={!webhook.enabled}
          aria-label={t("webhooks.testNamed", { name })}
        >
          {t("webhooks.test")}
        </Button>
        <Button size="xs" onClick={onRotateAsked} aria-label={t("webhooks.rotateTitle", { name })}>
          {t("webhooks.rotate")}
        </Button>
        <Button size="xs" onClick={onEditAsked} aria-label={t("webhooks.editNamed", { name })}>
          {t("webhooks.edit")}
        </Button>
      </div>
      {isOpen && <DeliveriesView webhook={webhook} />}
    </li>
  );
}

/** The last calls as a row of ticks; the sentence says what the colours say. */
function Ticks({ ticks }: { ticks: readonly boolean[] }) {
  const { t } = useTranslation("settings");
  if (ticks.length === 0) return null;
  const label = t("webhooks.ticks", { count: ticks.length, bad: ticks.filter((ok) => !ok).length });
  return (
    <span className={styles.ticks} role="img" aria-label={label} title={label}>
      {ticks.map((ok, at) => (
        <span key={at} data-bad={!ok || undefined} />
      ))}
    </span>
  );
}

function Health({ webhook: { health, old_secret_until } }: { webhook: WebhookOut }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const now = useNow(60_000);
  const facts = [
    health.attempts === 0 ? t("webhooks.quiet") : t("webhooks.health", { succeeded: health.succeeded, attempts: health.attempts }),
    health.p95_ms === null ? null : t("webhooks.slow", { ms: health.p95_ms }),
    health.failures_in_a_row === 0 ? null : t("webhooks.inRow", { count: health.failures_in_a_row }),
    health.waiting === 0 ? null : t("webhooks.waiting", { count: health.waiting }),
    health.oldest_waiting_at === null ? null : t("webhooks.since", { when: format.moment(health.oldest_waiting_at, now) }),
  ].filter((fact) => fact !== null);
  return (
    <>
      <p className="small num">
        {facts.join(" · ")} {health.dead > 0 && <Pill tone="bad">{t("webhooks.dead", { count: health.dead })}</Pill>}
      </p>
      {health.last_error !== null && health.last_error_at !== null && (
        <p className="small quiet">{t("webhooks.lastError", { when: format.moment(health.last_error_at, now), error: health.last_error })}</p>
      )}
      {old_secret_until !== null && <p className="small quiet">{t("webhooks.bothUntil", { when: format.moment(old_secret_until, now) })}</p>}
    </>
  );
}
