import { IconClock, IconClockExclamation, IconClockX } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat, useNow } from "@/shared/format";
import { deadlineState, minutesToSay } from "../model/deadline";
import styles from "./room.module.css";

interface CountdownProps {
  due: string | null;
  received: string;
  short?: boolean;
}

/** How long is left, as text; near it changes word and icon, and says five minutes and one minute aloud, once. */
export function Countdown({ due, received, short = false }: CountdownProps) {
  const { t } = useTranslation("review");
  const format = useFormat();
  const now = useNow(10_000);
  const said = useSaid(due, now);
  if (due === null) return <span className="quieter">{short ? "" : t("deadline.none")}</span>;
  const left = Date.parse(due) - now.getTime();
  const state = deadlineState(Date.parse(due), Date.parse(received), now.getTime());
  const Icon = state === "over" ? IconClockX : state === "near" ? IconClockExclamation : IconClock;
  const tone = state === "over" ? "bad" : state === "near" ? "warn" : "";
  const words = state === "over" ? t("deadline.over", { span: format.span(-left) }) : short ? format.span(left) : t("deadline.due", { span: format.due(due, now) });
  return (
    <span className={`${styles.countdown} ${tone}`} data-state={state} title={format.full(due)}>
      <Icon size={16} stroke={1.75} aria-hidden="true" />
      <span className="medium num">{words}</span>
      <span className="hidden-text" role="alert">
        {said === null ? "" : t("deadline.say", { count: said })}
      </span>
    </span>
  );
}

function useSaid(due: string | null, now: Date): number | null {
  const before = useRef<number | null>(null);
  const [said, setSaid] = useState<number | null>(null);
  useEffect(() => {
    const left = due === null ? null : Date.parse(due) - now.getTime();
    const minutes = before.current === null || left === null ? null : minutesToSay(before.current, left);
    before.current = left;
    if (minutes !== null) setSaid(minutes);
  }, [due, now]);
  return said;
}
