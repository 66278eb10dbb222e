import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import styles from "./evidence-passage.module.css";
import { visible } from "./hidden";
import { MarkedText } from "./marked-text";
import type { Range } from "./ranges";

export type Relation = "contradicts" | "supports" | "related" | "plain";

interface EvidencePassageProps {
  text: string;
  source: string;
  relation: Relation;
  /** What in it counts, in UTF-16 units. */
  highlights: readonly Range[];
  score?: string | null;
  tools?: ReactNode;
  current?: boolean;
  onSelect?: () => void;
  onLink?: (address: string) => void;
}

/** One passage of the context and what it says about a finding. */
export function EvidencePassage(props: EvidencePassageProps) {
  const { text, source, relation, highlights, score, tools, current = false, onSelect, onLink } = props;
  const { t } = useTranslation("content");
  const places = highlights.map((range) => `${range.from}-${range.to}`).join();
  const marks = useMemo(
    () => highlights.map((range, at) => ({ id: `e${at}`, kind: "evidence" as const, from: range.from, to: range.to, spoken: t("evidence") })),
    // The same places are the same marks, whatever list they come in.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [places, t],
  );
  return (
    <div className={styles.passage} data-relation={relation} data-current={current || undefined}>
      <div className={styles.source}>
        {relation !== "plain" && <span className={styles.relation}>{t(`relation.${relation}`)}</span>}
        {onSelect ? (
          <button type="button" className={styles.name} onClick={onSelect} aria-pressed={current}>
            <bdi>{visible(source)}</bdi>
          </button>
        ) : (
          <bdi className={styles.name}>{visible(source)}</bdi>
        )}
        {score && <span className={styles.score}>{score}</span>}
      </div>
      <div className={styles.words}>
        <MarkedText text={text} format="plain" marks={marks} {...(onLink ? { onLink } : {})} />
      </div>
      {tools}
    </div>
  );
}
