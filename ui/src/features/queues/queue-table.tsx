import { Button } from "@mantine/core";
import { IconClockExclamation, IconClockX, IconPlayerPause } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { QueueOut } from "@/api/schema";
import { nameOf, useFormat } from "@/shared/format";
import { itemsUrl } from "@/shared/links/items-url";
import { useMay, useProject } from "@/shared/session/project";
import { EmptyState, lazyDialog } from "@/shared/ui";
import { useKindOf } from "./kind-of";
import { missingSkills, urgency } from "./order";
import styles from "./queues.module.css";

const PauseDialog = lazyDialog(() => import("./pause-dialog").then((module) => module.PauseDialog));

interface QueueTableProps {
  queues: readonly QueueOut[];
  now: Date;
  showsAll: boolean;
  /** The queue from which an item is being claimed now. */
  claiming: string | null;
  mayClaim: boolean;
  mayManage: boolean;
  onClaimed: (queue: QueueOut) => void;
}

/** All queues; those without work for you stay, grey, with the reason in the row. */
export function QueueTable({ queues, now, showsAll, claiming, mayClaim, mayManage, onClaimed }: QueueTableProps) {
  const { t } = useTranslation("queues");
  const [changing, setChanging] = useState<QueueOut | null>(null);
  if (queues.length === 0) {
    return (
      <div className="card">
        <EmptyState title={t("noQueues")}>{t("noQueuesText")}</EmptyState>
      </div>
    );
  }
  return (
    <div className="card">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("column.queue")}</th>
            <th scope="col" className={styles.right}>
              {showsAll ? t("column.waitingAll") : t("column.forYou")}
            </th>
            <th scope="col" className={styles.heldColumn}>
              {t("column.held")}
            </th>
            <th scope="col">{t("column.due")}</th>
            <th scope="col" className={styles.onTimeColumn}>
              {t("column.onTime")}
            </th>
            <th scope="col">
              <span className="hidden-text">{t("column.action")}</span>
            </th>
          </tr>
        </thead>
        <tbody className="num">
          {queues.map((queue) => (
            <Row
              key={queue.name}
              queue={queue}
              now={now}
              showsAll={showsAll}
              isClaiming={claiming === queue.name}
              mayClaim={mayClaim}
              mayManage={mayManage}
              onClaimed={() => onClaimed(queue)}
              onPauseAsked={() => setChanging(queue)}
            />
          ))}
        </tbody>
      </table>
      <PauseDialog opened={changing !== null} queue={changing} onClose={() => setChanging(null)} />
    </div>
  );
}

interface RowProps {
  queue: QueueOut;
  now: Date;
  showsAll: boolean;
  isClaiming: boolean;
  mayClaim: boolean;
  mayManage: boolean;
  onClaimed: () => void;
  onPauseAsked: () => void;
}

function Row({ queue, now, showsAll, isClaiming, mayClaim, mayManage, onClaimed, onPauseAsked }: RowProps) {
  const { t } = useTranslation("queues");
  const format = useFormat();
  const kindOf = useKindOf();
  const isOpen = queue.waiting > 0 && !queue.paused;
  const name = nameOf(queue.name);
  return (
    <tr data-quiet={!isOpen || undefined}>
      <th scope="row" className={styles.name}>
        <span className="medium">{name}</span>
        <span className="meta">{kindOf(queue)}</span>
      </th>
      <td className={styles.number} data-label={showsAll ? t("column.waitingAll") : t("column.forYou")}>
        <Behind queue={queue} count={showsAll ? queue.waiting_all : queue.waiting} />
      </td>
      <td className={`${styles.number} ${styles.heldColumn}`} data-label={t("column.held")}>
        <Behind queue={queue} count={queue.held} />
      </td>
      {isOpen || showsAll ? (
        <>
          <td className={styles.due}>
            {queue.paused ? <Reason queue={queue} /> : <Due queue={queue} now={now} />}
          </td>
          <td className={styles.onTimeColumn}>{queue.on_time_today === null ? "" : format.share(queue.on_time_today)}</td>
        </>
      ) : (
        <td colSpan={3} className={styles.reason}>
          <Reason queue={queue} />
        </td>
      )}
      {(isOpen || showsAll) && (
        <td className={styles.action}>
          <span className={styles.buttons}>
            {showsAll && mayManage && (
              <Button
                size="xs"
                variant="subtle"
                onClick={onPauseAsked}
                aria-label={t(queue.paused ? "resumeNamed" : "pauseNamed", { name })}
              >
                {queue.paused ? t("resume") : t("pause")}
              </Button>
            )}
            {isOpen && mayClaim && (
              <Button size="xs" onClick={onClaimed} aria-disabled={isClaiming} aria-label={t("claimNamed", { name })}>
                {isClaiming ? t("claiming") : t("claim")}
              </Button>
            )}
          </span>
        </td>
      )}
    </tr>
  );
}

/** A number of items as the way to them, for those who may read items. */
function Behind({ queue, count }: { queue: QueueOut; count: number }) {
  const { t } = useTranslation("queues");
  const shown = useFormat().count(count);
  if (!useMay("items.read") || count === 0) return shown;
  return (
    <a href={itemsUrl(queue.audits ? { audited: "waiting" } : { queue: queue.name, status: "pending" })} title={t("itemsBehind", { count, name: nameOf(queue.name) })}>
      {shown}
    </a>
  );
}

function Due({ queue, now }: { queue: QueueOut; now: Date }) {
  const { t } = useTranslation("queues");
  const format = useFormat();
  if (queue.oldest_due_at === null) return <span className="quieter">{t("noDeadline")}</span>;
  const words = format.due(queue.oldest_due_at, now);
  switch (urgency(queue.oldest_due_at, now)) {
    case "over":
      return (
        <span className={`bad medium ${styles.withIcon}`}>
          <IconClockX size={16} stroke={1.75} aria-hidden="true" />
          {words}
        </span>
      );
    case "near":
      return (
        <span className={`warn medium ${styles.withIcon}`}>
          <IconClockExclamation size={16} stroke={1.75} aria-hidden="true" />
          {words}
        </span>
      );
    default:
      return words;
  }
}

/** Why there is no work here for me. */
function Reason({ queue }: { queue: QueueOut }) {
  const { t } = useTranslation("queues");
  const format = useFormat();
  const { skills } = useProject();
  if (queue.paused) {
    return (
      <span className={styles.withIcon}>
        <IconPlayerPause size={16} stroke={1.75} aria-hidden="true" />
        <span>
          {queue.paused_reason === null ? t("empty.paused") : t("empty.pausedBecause", { why: queue.paused_reason })}
        </span>
      </span>
    );
  }
  if (queue.empty_because === "not_your_skill") {
    const missing = missingSkills(queue, skills).map((skill) => t("quoted", { word: nameOf(skill) }));
    if (missing.length > 0) {
      return t("empty.needsSkill", { count: queue.waiting_all, skills: format.list(missing) });
    }
    return t("empty.needsLanguage", { count: queue.waiting_all, languages: format.languages(queue.languages) });
  }
  if (queue.empty_because === "held_by_others") return t("empty.held_by_others", { count: queue.held });
  return t(`empty.${queue.empty_because ?? "none_left"}`);
}
