import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { onAssignmentNews } from "@/api/assignment-news";
import { newKey } from "@/api/client";
import type { AssignmentOut } from "@/api/schema";
import { useKeys } from "@/shared/keys";
import { EmptyState, LoadingShape, Problem } from "@/shared/ui";
import { type ReviewApi, reviewApi } from "./api/review-api";
import { DraftStore } from "./model/draft";
import { ReviewRoom } from "./model/room";
import controls from "./view/controls.module.css";
import { ItemDesk } from "./view/item-desk";
import { itemModel } from "./view/item-model";
import { LastVerdictNote } from "./view/last-verdict";
import styles from "./view/room.module.css";

export interface ReviewPageProps {
  assignmentId: string;
  onLeave: () => void;
  onNextAssignment: (assignmentId: string) => void;
  /** Opens the policy version whose rule sent the item here. */
  onRule?: (version: number) => void;
  /** For stories and tests. */
  api?: ReviewApi;
}

const storage = (): Storage | null => {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
};
const now = () => Date.now();

function newRoom(api: ReviewApi): ReviewRoom {
  const drafts = new DraftStore(storage());
  drafts.clean(now());
  return new ReviewRoom({
    api, drafts, now, newKey,
    clock: () => performance.now(),
    online: () => navigator.onLine,
    wait: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
    prepare: (assignment) => void setTimeout(() => itemModel(assignment), 50),
  });
}

/** The room where reviewers spend their day: one item on the desk, one ready behind it. */
export function ReviewPage({ assignmentId, onLeave, onNextAssignment, onRule, api = reviewApi }: ReviewPageProps) {
  const queries = useQueryClient();
  const [room] = useState(() => newRoom(api));
  const state = useSyncExternalStore(room.subscribe, room.getState);
  const onDesk = state.desk?.assignment.assignment_id ?? null;
  const told = useRef(assignmentId);

  useEffect(() => {
    if (told.current !== assignmentId || onDesk === null) {
      told.current = assignmentId;
      void room.open(assignmentId, queries.getQueryData<AssignmentOut>(["assignment", assignmentId]) ?? null);
    }
    // Only another address opens another item; what the room puts on the desk itself is told below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [room, queries, assignmentId]);
  useEffect(() => {
    if (onDesk === null || onDesk === told.current) return;
    told.current = onDesk;
    onNextAssignment(onDesk);
  }, [onDesk, onNextAssignment]);
  useRoomLife(room);

  if (state.desk) return <ItemDesk key={`${onDesk}/${state.desk.assignment.fence}`} room={room} state={state} desk={state.desk} now={now} onLeave={onLeave} {...(onRule ? { onRule } : {})} />;
  if (state.problem) return <main className={styles.screen}><Problem error={state.problem} onTryAgain={() => void room.open(assignmentId)} /></main>;
  if (state.opening) return <main className={styles.screen}><LoadingShape /></main>;
  return <Empty room={room} onLeave={onLeave} />;
}

/** Ticks, line, news and activity, as long as the page is there. */
function useRoomLife(room: ReviewRoom): void {
  useEffect(() => {
    room.enter();
    const timer = setInterval(() => room.tick(document.visibilityState === "visible"), 1_000);
    const online = () => void room.cameOnline();
    const offline = () => room.wentOffline();
    const active = () => room.active();
    const away = () => room.leave();
    if (!navigator.onLine) room.wentOffline();
    const stopNews = onAssignmentNews((news) => room.hear(news));
    window.addEventListener("online", online);
    window.addEventListener("offline", offline);
    window.addEventListener("pagehide", away);
    for (const kind of ["keydown", "pointerdown", "wheel"] as const) window.addEventListener(kind, active, { passive: true });
    return () => {
      clearInterval(timer);
      stopNews();
      window.removeEventListener("online", online);
      window.removeEventListener("offline", offline);
      window.removeEventListener("pagehide", away);
      for (const kind of ["keydown", "pointerdown", "wheel"] as const) window.removeEventListener(kind, active);
      room.leave();
    };
  }, [room]);
}

function Empty({ room, onLeave }: { room: ReviewRoom; onLeave: () => void }) {
  const { t } = useTranslation("review");
  const state = useSyncExternalStore(room.subscribe, room.getState);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  useKeys({ nextItem: () => void room.nextItem(), undo: () => void room.undo(), close: onLeave });
  return (
    <main className={styles.screen}>
      <EmptyState
        heading="h1"
        title={t("empty.title")}
        actions={
          <>
            <button ref={back} type="button" className={controls.main} onClick={onLeave}>
              {t("bar.backToQueues")}
            </button>
            <button type="button" className={controls.ghost} onClick={() => void room.nextItem()}>
              {t("empty.lookAgain")}
            </button>
          </>
        }
      >
        {t(`empty.${state.emptyBecause ?? "none_left"}`)}
      </EmptyState>
      <div className={styles.lastPhone}>
        <LastVerdictNote last={state.last} now={now} onUndo={() => void room.undo()} />
      </div>
    </main>
  );
}
