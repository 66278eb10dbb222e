import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { QueueOut } from "@/api/schema";
import { nameOf, useFormat } from "@/shared/format";
import { useKeysOf } from "@/shared/keys";
import { KeyCap } from "@/shared/ui";
import { urgency } from "./order";
import { useKindOf } from "./kind-of";
import styles from "./queues.module.css";

interface NextCardProps {
  queue: QueueOut;
  now: Date;
  isClaiming: boolean;
  onStarted: () => void;
}

/** The one filled button of the page. */
export function NextCard({ queue, now, isClaiming, onStarted }: NextCardProps) {
  const { t } = useTranslation("queues");
  const format = useFormat();
  const kindOf = useKindOf();
  const key = useKeysOf("claim")[0];
  const how = urgency(queue.oldest_due_at, now);
  return (
    <section className={styles.next} aria-label={t("next")}>
      <div className={styles.nextText}>
        <div className="meta">{t("next")}</div>
        <h2>{nameOf(queue.name)}</h2>
        <dl>
          <div>
            <dt>{t("due")}</dt>
            <dd className={`num ${how === "over" ? "bad" : how === "near" ? "warn" : ""}`}>
              {queue.oldest_due_at === null ? t("noDeadline") : format.due(queue.oldest_due_at, now)}
            </dd>
          </div>
          <div>
            <dt>{t("forYou")}</dt>
            <dd className="num">{format.count(queue.waiting)}</dd>
          </div>
          <div>
            <dt>{t("kindOf")}</dt>
            <dd>{kindOf(queue)}</dd>
          </div>
        </dl>
      </div>
      <Button variant="filled" className={styles.go} onClick={onStarted} aria-disabled={isClaiming}>
        {isClaiming ? t("claiming") : t("start")}
        {key !== undefined && <KeyCap keys={key} on="accent" />}
      </Button>
    </section>
  );
}
