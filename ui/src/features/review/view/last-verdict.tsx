import { IconCheck, IconPencil, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "@/shared/content";
import { KeyOf } from "@/shared/keys";
import { useSentence } from "@/shared/ui";
import type { LastVerdict } from "../model/room-state";
import controls from "./controls.module.css";
import styles from "./room.module.css";

const ICONS = { approve: IconCheck, edit: IconPencil, reject: IconX } as const;

/** What was just decided, and the way back while there is one. */
export function LastVerdictNote({ last, now, onUndo }: { last: LastVerdict | null; now: () => number; onUndo: () => void }) {
  const { t } = useTranslation(["review", "common"]);
  const sentence = useSentence();
  const open = useWindow(last, now);
  if (!last || last.state === "failed") return <span role="status" />;
  const Icon = ICONS[last.verdict];
  const name = shortName(last);
  return (
    <>
      <Icon size={16} stroke={1.75} aria-hidden="true" className={last.verdict === "reject" ? "bad" : last.verdict === "edit" ? "accent" : "ok"} />
      <span className="trunc" role="status">
        {last.state === "sending" ? t("review:last.sending", { name }) : last.state === "undoing" ? t("review:last.undoing", { name }) : t(`review:last.${last.verdict}`, { name })}
        {last.error !== null && <span className="bad"> {sentence(last.error)}</span>}
      </span>
      {(open || last.state === "sending") && (
        <button type="button" className={`${controls.ghost} ${styles.undo}`} onClick={onUndo}>
          {t("review:last.undo")} <KeyOf action="undo" />
        </button>
      )}
      {!open && last.state === "over" && <span className="quieter nowrap">{t("review:last.over")}</span>}
    </>
  );
}

/** Whether the time to undo still runs. */
function useWindow(last: LastVerdict | null, now: () => number): boolean {
  const [, again] = useState(0);
  const left = last?.state === "done" ? last.undoUntil - now() : 0;
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => again((times) => times + 1), left + 20);
    return () => clearTimeout(timer);
  }, [left]);
  return left > 0;
}

/** How a person recognises an item in one short word: its claim or case, else the start of its id. */
export function shortName(last: Pick<LastVerdict, "assignment">): string {
  const { item, item_id } = last.assignment;
  const told = item.group ?? Object.values(item.metadata ?? {}).find((value): value is string => typeof value === "string" && /\d/.test(value) && value.length <= 24);
  return visible((told ?? item_id.slice(-6)).slice(0, 40));
}
