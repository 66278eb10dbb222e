import { IconChevronLeft, IconCloudCheck, IconCloudUp, IconDeviceFloppy, IconKeyboard } from "@tabler/icons-react";
import type { ReactNode, Ref } from "react";
import { useTranslation } from "react-i18next";
import { useFormat, useNow } from "@/shared/format";
import { KeyOf } from "@/shared/keys";
import { nameOf } from "@/shared/format";
import { Mark } from "@/shared/ui";
import type { Desk, Saved } from "../model/room-state";
import { useDoneToday } from "../api/done-today";
import { useQueueCounts } from "../api/queue-counts";
import controls from "./controls.module.css";
import { Countdown } from "./countdown";
import styles from "./room.module.css";

interface RoomBarProps {
  desk: Desk;
  findings: number;
  done: number;
  headingRef: Ref<HTMLHeadingElement>;
  phone: boolean;
  /** On the phone the bar names the step. */
  title?: string | null;
  onBack: () => void;
  onHelp: () => void;
  more?: ReactNode;
}

/** Where one is, how much is left, how long one may keep it, whether the work is safe. */
export function RoomBar({ desk, findings, done, headingRef, phone, title = null, onBack, onHelp, more }: RoomBarProps) {
  const { t } = useTranslation("review");
  const format = useFormat();
  const { assignment } = desk;
  const waiting = useQueueCounts(assignment.queue);
  const today = useDoneToday(done);
  const counts = [today !== null && t("bar.doneToday", { count: today }), waiting !== null && t("bar.waiting", { count: waiting })];
  const heading = (
    <h1 ref={headingRef} tabIndex={-1} className={styles.queue}>
      {title ?? nameOf(assignment.queue)}
      <HeadingRest assignment={assignment} findings={findings} />
    </h1>
  );
  if (phone)
    return (
      <header className={styles.phoneBar}>
        <button type="button" className={styles.touch} aria-label={t(title === null ? "bar.backToQueues" : "bar.backToOutput")} onClick={onBack}>
          <IconChevronLeft size={20} stroke={1.75} aria-hidden="true" />
        </button>
        {heading}
        <span className="push" />
        <Countdown due={assignment.due_at} received={assignment.received_at} short />
        {more}
      </header>
    );
  return (
    <header className={styles.bar}>
      <a
        href="/queues"
        className={styles.back}
        onClick={(event) => {
          event.preventDefault();
          onBack();
        }}
      >
        <Mark /> <span>{t("bar.queues")}</span>
      </a>
      <span className={styles.rule} />
      {heading}
      <span className="quieter num">
        {counts.filter(Boolean).join(", ")}
      </span>
      <span className="push" />
      <Countdown due={assignment.due_at} received={assignment.received_at} />
      <span className={styles.rule} />
      <span className="quieter num">{t("bar.yours", { time: format.time(new Date(desk.leaseUntil)) })}</span>
      <span className={styles.rule} />
      <SaveState saved={desk.saved} />
      <button type="button" className={controls.ghost} aria-label={t("bar.help")} onClick={onHelp}>
        <IconKeyboard size={16} stroke={1.75} aria-hidden="true" /> <KeyOf action="help" />
      </button>
    </header>
  );
}

/** What a screen reader hears of a new item beside its queue. */
function HeadingRest({ assignment, findings }: { assignment: Desk["assignment"]; findings: number }) {
  const { t } = useTranslation("review");
  const format = useFormat();
  const now = useNow(60_000);
  return (
    <span className="hidden-text">
      , {t("bar.findings", { count: findings })}
      {assignment.due_at !== null && `, ${t("deadline.due", { span: format.due(assignment.due_at, now) })}`}
    </span>
  );
}

function SaveState({ saved }: { saved: Saved }) {
  const { t } = useTranslation("review");
  const Icon = saved === "server" ? IconCloudCheck : saved === "browser" ? IconDeviceFloppy : IconCloudUp;
  return (
    <span className={`${styles.saved} quieter`} role="status" data-saved={saved}>
      {saved !== "none" && (
        <>
          <Icon size={16} stroke={1.75} aria-hidden="true" />
          {t(`saved.${saved}`)}
        </>
      )}
    </span>
  );
}
