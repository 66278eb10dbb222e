import { Button } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowDown,
  IconBan,
  IconCircle,
  IconCircleCheck,
  IconClockExclamation,
  IconClockX,
  IconEraser,
  IconGavel,
  IconHelp,
  IconPencil,
  IconRoute,
  IconSearch,
  IconSend,
  IconShieldCheck,
  IconUser,
} from "@tabler/icons-react";
import { type ComponentType, useState } from "react";
import { useTranslation } from "react-i18next";
import type { JsonObject, TimelineEntry } from "@/api/schema";
import { safeLine } from "@/shared/content/safe-line";
import { nameOf, useFormat, useNow } from "@/shared/format";
import { Note } from "@/shared/ui";
import styles from "./items.module.css";
import { auditSpan, isForPeople, isKnown, type KnownEvent, shortValue, steps } from "./timeline";

type Icon = ComponentType<{ size?: number; stroke?: number }>;

const ICONS: Record<KnownEvent, Icon> = {
  "item.received": IconArrowDown,
  "item.routed": IconRoute,
  "item.released": IconSend,
  "item.blocked": IconBan,
  "item.escalated": IconRoute,
  "item.settled": IconCircleCheck,
  "item.disputed": IconGavel,
  "item.sent_back": IconArrowBackUp,
  "item.due_soon": IconClockExclamation,
  "item.overdue": IconClockX,
  "item.elevated": IconAlertTriangle,
  "item.delivered": IconSend,
  "item.audited": IconSearch,
  "item.recalled": IconAlertTriangle,
  "item.appealed": IconHelp,
  "item.reopened": IconArrowBackUp,
  "item.upheld": IconCircleCheck,
  "item.erased": IconEraser,
  "assignment.claimed": IconUser,
  "assignment.returned": IconArrowBackUp,
  "assignment.expired": IconClockX,
  "assignment.revoked": IconArrowBackUp,
  "review.submitted": IconPencil,
  "review.undone": IconArrowBackUp,
  "adjudication.submitted": IconGavel,
  "audit_sample.drawn": IconSearch,
};

/** Everything that happened to an item, oldest first: what, when, then one line of why. */
export function TimelineView({ entries }: { entries: readonly TimelineEntry[] }) {
  const { t } = useTranslation("items");
  const now = useNow(60_000);
  const [isOpen, setIsOpen] = useState(false);
  const shown = isOpen ? entries.map((entry) => ({ kind: "entry", entry }) as const) : steps(entries);
  return (
    <>
    <ol className={styles.timeline}>
      {shown.map((step, at) =>
        step.kind === "entry" ? (
          <Entry key={at} entry={step.entry} now={now} />
        ) : (
          <li key={at}>
            <span className={styles.dot}>
              <IconCircle size={10} />
            </span>
            <Button size="compact-xs" onClick={() => setIsOpen(true)}>
              {t("showMore", { count: step.entries.length })}
            </Button>
          </li>
        ),
      )}
    </ol>
    <AuditNote entries={entries} />
    </>
  );
}

/** Where these entries stand in the audit log. */
function AuditNote({ entries }: { entries: readonly TimelineEntry[] }) {
  const { t } = useTranslation("items");
  const { first, last, open } = auditSpan(entries);
  if (first === null || last === null) return null;
  return (
    <Note icon={<IconShieldCheck size={16} stroke={1.75} />}>
      {t(first === last ? "auditOne" : "auditSpan", { first, last })} {open > 0 && t("auditOpen", { count: open })}
    </Note>
  );
}

function Entry({ entry, now }: { entry: TimelineEntry; now: Date }) {
  const format = useFormat();
  const title = useTitle(entry);
  const Icon = isKnown(entry.event) ? ICONS[entry.event] : IconCircle;
  return (
    <li>
      <span className={styles.dot} data-tone={toneOf(entry)}>
        <Icon size={16} stroke={1.75} />
      </span>
      <span className={styles.what}>{title}</span>
      <time className="meta num nowrap" dateTime={entry.at} title={format.full(entry.at)}>
        {format.exact(entry.at, now)}
      </time>
      {(entry.why !== null || Object.keys(entry.details).length > 0) && (
        <div className={styles.why}>
          {entry.why !== null && (
            <p>
              <bdi>{safeLine(entry.why)}</bdi>
            </p>
          )}
          <Details details={entry.details} />
        </div>
      )}
    </li>
  );
}

function useTitle(entry: TimelineEntry): string {
  const { t } = useTranslation(["items", "common"]);
  const verdict = entry.details["verdict"];
  const known = typeof verdict === "string" ? t(`common:verdict.${verdict as "edit"}`, { defaultValue: verdict }) : null;
  const what =
    entry.event === "review.submitted" && known !== null
      ? known
      : isKnown(entry.event)
        ? t(`event.${entry.event.replace(".", "_") as "item_received"}`)
        : nameOf(entry.event);
  return entry.actor === null ? what : t("byActor", { what, actor: entry.actor });
}

function toneOf(entry: TimelineEntry): string {
  if (["item.released", "item.settled", "item.delivered", "item.upheld"].includes(entry.event)) return "ok";
  if (["item.overdue", "item.recalled", "item.blocked"].includes(entry.event)) return "bad";
  if (["item.due_soon", "item.disputed", "item.elevated"].includes(entry.event)) return "warn";
  return entry.event === "review.submitted" ? "accent" : "plain";
}

function Details({ details }: { details: JsonObject }) {
  const { t } = useTranslation("items");
  const valueOf = useValue();
  const shown = Object.entries(details).filter(([name, value]) => isForPeople(name, value));
  if (shown.length === 0) return null;
  return (
    <dl className={styles.details}>
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{t(`detail.${name as "queue"}`, { defaultValue: nameOf(name) })}</dt>
          <dd>
            <bdi>{valueOf(name, value)}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A detail in the words of the page where we have words for it, else as it was written. */
function useValue(): (name: string, value: unknown) => string {
  const { t } = useTranslation(["items", "common"]);
  return (name, value) => {
    if (value === true) return t("detail.yes");
    if (name === "severity" && typeof value === "string") return t(`common:severity.${value as "minor"}`, { defaultValue: value });
    if (name === "source" && typeof value === "string") return t(`value.${value as "auto"}`, { defaultValue: value });
    if (name === "queue" && typeof value === "string") return nameOf(value);
    if (name === "checks" && typeof value === "object" && value !== null)
      return Object.entries(value).map(([result, count]) => `${t(`common:result.${result as "pass"}`, { defaultValue: result })} ${String(count)}`).join(", ");
    return shortValue(value);
  };
}
