import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ItemOut, ReviewOut } from "@/api/schema";
import { ContentFrame, LinkDialog, MarkedText } from "@/shared/content";
import { nameOf, useFormat } from "@/shared/format";
import { EmptyState, Pill } from "@/shared/ui";
import { OutcomeTag } from "./outcome-tag";
import styles from "./items.module.css";

/** What people said about the item. */
export function ReviewsView({ item }: { item: ItemOut }) {
  const { t } = useTranslation("items");
  if (item.reviews.length === 0) {
    const why = item.status === "pending" ? t("reviews.pending") : t("reviews.noneText");
    return <EmptyState title={t("reviews.none")}>{why}</EmptyState>;
  }
  return (
    <ul className={styles.reviews}>
      {item.reviews.map((review) => (
        <Review key={review.review_id} review={review} status={item.status} />
      ))}
    </ul>
  );
}

function Review({ review, status }: { review: ReviewOut; status: string }) {
  const { t } = useTranslation(["items", "common"]);
  const format = useFormat();
  const [link, setLink] = useState<string | null>(null);
  const edited = review.verdict === "edit" && review.output?.type === "text" ? review.output.text : null;
  return (
    <li className="card">
      <div className={styles.reviewHead}>
        <OutcomeTag item={{ status, verdict: review.verdict, source: null }} />
        <span className="medium">
          <bdi>{review.reviewer?.name ?? t("reviews.hidden")}</bdi>
        </span>
        {review.severity !== null && (
          <Pill tone={review.severity === "minor" ? "plain" : "warn"}>
            {t(`common:severity.${review.severity as "minor"}`, { defaultValue: review.severity })}
          </Pill>
        )}
        {review.categories.map((category) => (
          <Pill key={category}>{nameOf(category)}</Pill>
        ))}
        {review.state !== "final" && <Pill>{t(`reviews.state.${review.state as "undone"}`, { defaultValue: review.state })}</Pill>}
        <time className="meta num push" dateTime={review.submitted_at}>
          {format.full(review.submitted_at)}
        </time>
      </div>
      {review.reason !== null && (
        <p className={styles.reviewReason}>
          <bdi>{review.reason}</bdi>
        </p>
      )}
      {edited !== null && (
        <ContentFrame label={t("reviews.edited")} name={t("reviews.edited")}>
          <MarkedText text={edited} format="markdown" onLink={setLink} />
        </ContentFrame>
      )}
      <p className="meta num">{t("reviews.took", { span: format.span(review.active_ms) })}</p>
      <LinkDialog address={link} onClose={() => setLink(null)} />
    </li>
  );
}
