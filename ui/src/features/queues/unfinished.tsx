import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AssignmentOut } from "@/api/schema";
import { nameOf, useFormat } from "@/shared/format";
import { urgency } from "./order";
import styles from "./queues.module.css";

interface UnfinishedProps {
  assignments: readonly AssignmentOut[];
  now: Date;
  onOpened: (assignmentId: string) => void;
}

/** What I hold and have not decided yet. */
export function Unfinished({ assignments, now, onOpened }: UnfinishedProps) {
  const { t } = useTranslation("queues");
  if (assignments.length === 0) return null;
  return (
    <section className={styles.section}>
      <h2>{t("unfinished.title")}</h2>
      <ul className={`card ${styles.unfinished}`}>
        {assignments.map((assignment) => (
          <Line
            key={assignment.assignment_id}
            assignment={assignment}
            now={now}
            onOpened={() => onOpened(assignment.assignment_id)}
          />
        ))}
      </ul>
    </section>
  );
}

function Line({ assignment, now, onOpened }: { assignment: AssignmentOut; now: Date; onOpened: () => void }) {
  const { t } = useTranslation("queues");
  const format = useFormat();
  const draft = assignment.unsent_review;
  const left = Date.parse(assignment.lease_until) - now.getTime();
  const isNear = urgency(assignment.lease_until, now) !== "far";
  const name = nameOf(assignment.queue);
  return (
    <li>
      <span className="medium">{name}</span>
      <span className="quiet trunc">
        {draft === null
          ? t("unfinished.noDraft")
          : t(`unfinished.draft.${draft.review.verdict ?? "none"}`, { at: format.moment(draft.saved_at, now) })}
      </span>
      <span className={isNear ? "warn nowrap push" : "quieter nowrap push"}>
        {left < 0 ? t("unfinished.over") : t("unfinished.lease", { span: format.span(left) })}
      </span>
      <Button size="xs" onClick={onOpened} aria-label={t("unfinished.openNamed", { name })}>
        {t("unfinished.open")}
      </Button>
    </li>
  );
}
