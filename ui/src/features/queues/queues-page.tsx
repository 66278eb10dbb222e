import { Button } from "@mantine/core";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { QueueOut } from "@/api/schema";
import { useNow } from "@/shared/format";
import { useKeys } from "@/shared/keys";
import { useMay } from "@/shared/session/project";
import { LoadingShape, Note, PageHead, Problem, useSentence } from "@/shared/ui";
import { type ClaimedNext, useClaim } from "./api/claim";
import { useHeld } from "./api/get-held";
import { useQueues } from "./api/get-queues";
import { NextCard } from "./next-card";
import { changesOfOrder, inOrder, inShownOrder, nextQueue, situation } from "./order";
import { QueueTable } from "./queue-table";
import styles from "./queues.module.css";

const WhichQueues = lazy(() => import("./which-queues"));
import { Unfinished } from "./unfinished";

interface QueuesPageProps {
  showsAll: boolean;
  onAllChosen: (showsAll: boolean) => void;
  onItemClaimed: (assignmentId: string) => void;
}

/** Start the right work with one key. */
export function QueuesPage({ showsAll, onAllChosen, onItemClaimed }: QueuesPageProps) {
  const { data, error, refetch } = useQueues();
  if (data !== undefined) {
    return <Queues queues={data} showsAll={showsAll} onAllChosen={onAllChosen} onItemClaimed={onItemClaimed} />;
  }
  return (
    <div className={styles.page}>
      {error === null ? <LoadingShape lines={8} /> : <Problem error={error} onTryAgain={() => void refetch()} />}
    </div>
  );
}

function Queues({ queues, showsAll, onAllChosen, onItemClaimed }: QueuesPageProps & { queues: QueueOut[] }) {
  const { t } = useTranslation("queues");
  const now = useNow();
  const mayManage = useMay("queues.manage");
  const mayClaim = useMay("assignments.claim");
  const { data: held = [] } = useHeld(mayClaim);
  const { shown, changes, renew } = useShownOrder(queues);
  const next = mayClaim ? nextQueue(shown) : null;

  const [answer, setAnswer] = useState<ClaimedNext | null>(null);
  // A second press of Enter comes before the page has drawn what the first one did.
  const isClaiming = useRef(false);
  const claim = useClaim({
    onClaimed: (claimed) => {
      const first = claimed.assignments[0];
      if (first !== undefined) return onItemClaimed(first.assignment_id);
      isClaiming.current = false;
      setAnswer(claimed);
    },
    onRefused: () => {
      isClaiming.current = false;
    },
  });
  const start = (queue: QueueOut) => {
    if (isClaiming.current) return;
    isClaiming.current = true;
    setAnswer(null);
    claim.mutate(queue.name);
  };
  useKeys({ claim: () => next !== null && start(next) }, { enabled: next !== null });

  return (
    <div className={styles.page}>
      <PageHead
        title={mayClaim ? <Title queues={queues} now={now} /> : <WatchedTitle queues={queues} />}
        actions={
          mayManage && (
            <Suspense fallback={<span className={styles.which} />}>
              <WhichQueues showsAll={showsAll} onAllChosen={onAllChosen} />
            </Suspense>
          )
        }
      >
        {mayClaim ? <Summary queues={queues} drafts={held.length} /> : t("summary.watched")}
      </PageHead>
      <ClaimAnswer error={claim.error} answer={answer} />
      {next !== null && <NextCard queue={next} now={now} isClaiming={claim.isPending} onStarted={() => start(next)} />}
      <section className={styles.section}>
        <div className={styles.sectionHead}>
          <h2>{t("queues")}</h2>
          <span aria-live="polite">
            {changes > 0 && (
              <Button size="compact-xs" variant="subtle" className={styles.changes} onClick={renew}>
                {t("changes", { count: changes })}
              </Button>
            )}
          </span>
        </div>
        <QueueTable
          queues={shown}
          now={now}
          showsAll={(showsAll && mayManage) || !mayClaim}
          mayManage={mayManage}
          claiming={claim.isPending ? (claim.variables?.input ?? null) : null}
          mayClaim={mayClaim}
          onClaimed={start}
        />
      </section>
      <Unfinished assignments={held} now={now} onOpened={onItemClaimed} />
    </div>
  );
}

/** The order on screen changes only when asked, so that nothing moves under the pointer. */
function useShownOrder(queues: readonly QueueOut[]) {
  const [order, setOrder] = useState(() => inOrder(queues).map((queue) => queue.name));
  const shown = useMemo(() => inShownOrder(queues, order), [queues, order]);
  const changes = useMemo(() => changesOfOrder(queues, order), [queues, order]);
  const renew = () => setOrder(inOrder(queues).map((queue) => queue.name));
  return { shown, changes, renew };
}

function Title({ queues, now }: { queues: readonly QueueOut[]; now: Date }) {
  const { t } = useTranslation("queues");
  const state = situation(queues, now);
  const title = state.kind === "quiet" ? t("title.quiet") : t(`title.${state.kind}`, { count: state.count });
  useEffect(() => {
    document.title = `${title} | Handrail`;
  }, [title]);
  return title;
}

/** For those who look at queues and take nothing from them. */
function WatchedTitle({ queues }: { queues: readonly QueueOut[] }) {
  const { t } = useTranslation("queues");
  const title = t("title.watched", { count: queues.reduce((sum, queue) => sum + queue.waiting_all, 0) });
  useEffect(() => {
    document.title = `${title} | Handrail`;
  }, [title]);
  return title;
}

function Summary({ queues, drafts }: { queues: readonly QueueOut[]; drafts: number }) {
  const { t } = useTranslation("queues");
  const working = queues.filter((queue) => queue.waiting > 0 && !queue.paused);
  const waiting = working.reduce((sum, queue) => sum + queue.waiting, 0);
  return (
    <>
      {t("summary.waiting", { count: waiting, queues: t("summary.queues", { count: working.length }) })}
      {drafts > 0 && ` ${t("summary.drafts", { count: drafts })}`}
    </>
  );
}

/** Why a claim gave nothing. */
function ClaimAnswer({ error, answer }: { error: Error | null; answer: ClaimedNext | null }) {
  const { t } = useTranslation("queues");
  const sentence = useSentence();
  if (error === null && answer === null) return null;
  return (
    <div className={styles.answer}>
      {error !== null ? (
        <Note tone="bad" role="alert">
          {t("notClaimed")} {sentence(error)}
        </Note>
      ) : (
        <Note role="status">
          {answer?.wasFaster === true && `${t("faster")} `}
          {t(`claimEmpty.${answer?.empty_because ?? "none_left"}`)}
        </Note>
      )}
    </div>
  );
}
