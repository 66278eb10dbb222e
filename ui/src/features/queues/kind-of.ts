import { useTranslation } from "react-i18next";
import type { QueueOut } from "@/api/schema";
import { useFormat } from "@/shared/format";

/** `Correction, senior, English and German`: what kind of work a queue holds. */
export function useKindOf(): (queue: QueueOut) => string {
  const { t } = useTranslation("queues");
  const format = useFormat();
  return (queue) =>
    [
      t(`requires.${queue.requires as "correction"}`, { defaultValue: queue.requires }),
      queue.level === "senior" ? t("senior") : "",
      queue.kind === "supervisor" ? t("supervisor") : "",
      queue.languages.length > 0 ? format.languages(queue.languages) : "",
    ]
      .filter(Boolean)
      .join(", ");
}
