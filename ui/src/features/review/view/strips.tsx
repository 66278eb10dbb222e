import { IconAlertTriangle, IconEye, IconHistory, IconLock, IconWifiOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { useFormat } from "@/shared/format";
import { KeyOf } from "@/shared/keys";
import { CopyButton, detailsOf, Strip, useSentence } from "@/shared/ui";
import type { Desk, LastVerdict, RoomState } from "../model/room-state";
import controls from "./controls.module.css";
import { shortName } from "./last-verdict";
import styles from "./room.module.css";

const icon = { size: 16, stroke: 1.75, "aria-hidden": true } as const;

interface StripsProps {
  state: RoomState;
  desk: Desk;
  onNewer: (use: boolean) => void;
  onSendAgain: () => void;
  onCancelWaiting: () => void;
}

/** What is the matter with this item or with the last verdict: what happened, what is safe, what to do. */
export function DeskStrips({ state, desk, onNewer, onSendAgain, onCancelWaiting }: StripsProps) {
  return (
    <>
      {state.offlineSince !== null && <Offline since={state.offlineSince} desk={desk} onCancel={onCancelWaiting} />}
      {desk.phase === "lost" && <Lost desk={desk} />}
      {desk.phase === "decided" && <Decided desk={desk} />}
      {desk.newer && <Newer at={desk.newer.saved_at} onNewer={onNewer} />}
      {state.last?.state === "failed" && <NotArrived last={state.last} onSendAgain={onSendAgain} />}
      {desk.refused && <Refused error={desk.refused} />}
    </>
  );
}

function Offline({ since, desk, onCancel }: { since: number; desk: Desk; onCancel: () => void }) {
  const { t } = useTranslation("review");
  const format = useFormat();
  return (
    <Strip tone="warn" icon={<IconWifiOff {...icon} />} role="status">
      <b className="strong">{t("offline.since", { time: format.time(new Date(since)) })}</b> {t("offline.draft")}{" "}
      {desk.phase === "waiting" ? (
        <>
          {t("offline.waiting")}{" "}
          <button type="button" className={controls.plainLink} onClick={onCancel}>
            {t("offline.cancel")}
          </button>
        </>
      ) : (
        t("offline.goOn", { time: format.time(new Date(desk.leaseUntil)) })
      )}
    </Strip>
  );
}

function Lost({ desk }: { desk: Desk }) {
  const { t } = useTranslation("review");
  return (
    <Strip tone="bad" icon={<IconLock {...icon} />} role="alert">
      <b className="strong">{t("lost.title")}</b> {desk.why ?? t("lost.why")} {t("lost.safe")}
    </Strip>
  );
}

function Decided({ desk }: { desk: Desk }) {
  const { t } = useTranslation("review");
  return (
    <Strip icon={<IconEye {...icon} />} role="alert">
      <b className="strong">{t("decided.title")}</b> {desk.why ?? t("decided.why")} {t("lost.safe")}
    </Strip>
  );
}

function Newer({ at, onNewer }: { at: string; onNewer: (use: boolean) => void }) {
  const { t } = useTranslation("review");
  const format = useFormat();
  return (
    <Strip icon={<IconHistory {...icon} />} role="alert">
      <span className={styles.stripRow}>
        {t("newer.title", { time: format.time(at) })}
        <button type="button" className={controls.small} onClick={() => onNewer(true)}>
          {t("newer.use")}
        </button>
        <button type="button" className={controls.small} onClick={() => onNewer(false)}>
          {t("newer.keep")}
        </button>
      </span>
    </Strip>
  );
}

function NotArrived({ last, onSendAgain }: { last: LastVerdict; onSendAgain: () => void }) {
  const { t } = useTranslation("review");
  const sentence = useSentence();
  const final = last.error instanceof ApiError && !last.error.retry && last.error.status !== 401;
  return (
    <Strip tone="bad" icon={<IconAlertTriangle {...icon} />} role="alert">
      <span className={styles.stripRow}>
        <span>
          <b className="strong">{t(final ? "failed.refused" : "failed.title", { name: shortName(last) })}</b>{" "}
          {final ? sentence(last.error) : last.error instanceof ApiError ? `${last.error.message} ${t("failed.safe")}` : `${t("failed.noAnswer")} ${t("failed.safe")}`}
        </span>
        {!final && (
          <button type="button" className={controls.small} onClick={onSendAgain}>
            {t("failed.again")}
          </button>
        )}
        <CopyButton text={() => detailsOf(last.error, new Date())} label={t("failed.details")} />
      </span>
    </Strip>
  );
}

function Refused({ error }: { error: Error }) {
  const { t } = useTranslation("review");
  const sentence = useSentence();
  const fields = error instanceof ApiError ? error.fields.map((one) => one.message) : [];
  return (
    <Strip tone="bad" icon={<IconAlertTriangle {...icon} />} role="alert">
      <b className="strong">{t("refused.title")}</b> {fields.length > 0 ? fields.join(" ") : sentence(error)}
    </Strip>
  );
}

/** Instead of the dock, when the item is no longer to be decided here. */
export function AfterDock({ draftText, onNext, onLeave }: { draftText: () => string; onNext: () => void; onLeave: () => void }) {
  const { t } = useTranslation("review");
  return (
    <div className={styles.after}>
      <button type="button" className={controls.main} onClick={onNext}>
        {t("after.next")} <KeyOf action="nextItem" />
      </button>
      <CopyButton text={draftText} label={t("after.copy")} />
      <button type="button" className={controls.ghost} onClick={onLeave}>
        {t("bar.backToQueues")}
      </button>
    </div>
  );
}
