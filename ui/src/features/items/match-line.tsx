import { useTranslation } from "react-i18next";
import type { MatchOut } from "@/api/schema";
import { CodePoints } from "@/shared/content";
import { safeLine } from "@/shared/content/safe-line";
import styles from "./items.module.css";

/** Why an item was found: the text around the words that were searched for, with these marked. */
export function MatchLine({ match }: { match: MatchOut }) {
  const { t } = useTranslation("items");
  return (
    <div className={styles.snippet} dir="auto">
      {match.field !== "output" && (
        <span className={styles.matchField}>{t("in", { field: t(`matchField.${match.field as "prompt"}`, { defaultValue: match.field }) })} </span>
      )}
      <bdi>
        {piecesOf(match).map(({ text, isMarked }, at) => (isMarked ? <mark key={at}>{safeLine(text)}</mark> : <span key={at}>{blankSafe(text)}</span>))}
      </bdi>
    </div>
  );
}

/** `safeLine` drops the blanks at both ends, which here stand between two pieces. */
function blankSafe(text: string): string {
  const inside = safeLine(text);
  return `${/^\s/.test(text) ? " " : ""}${inside}${/\s$/.test(text) && inside !== "" ? " " : ""}`;
}

/** A text cut at its marks. */
export function piecesOf(match: MatchOut): { text: string; isMarked: boolean }[] {
  const points = new CodePoints(match.text);
  const pieces: { text: string; isMarked: boolean }[] = [];
  let at = 0;
  for (const [from = 0, to = 0] of match.marks) {
    const [start, end] = [points.toUnits(from), points.toUnits(to)];
    if (start > at) pieces.push({ text: match.text.slice(at, start), isMarked: false });
    if (end > start) pieces.push({ text: match.text.slice(start, end), isMarked: true });
    at = Math.max(at, end);
  }
  if (at < match.text.length) pieces.push({ text: match.text.slice(at), isMarked: false });
  return pieces;
}
