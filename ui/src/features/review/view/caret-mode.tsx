import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Range, visible } from "@/shared/content";
import styles from "./room.module.css";

interface CaretModeProps {
  text: string;
  start: number;
  onMove: (range: Range) => void;
  onKeep: (range: Range) => void;
  onLeave: () => void;
}

/** Marking by keyboard: arrows move by word, Shift extends, Enter keeps, Esc leaves. */
export function CaretMode({ text, start, onMove, onKeep, onLeave }: CaretModeProps) {
  const { t } = useTranslation("review");
  const words = useMemo(() => [...text.matchAll(/\S+/g)].map((match) => ({ from: match.index, to: match.index + match[0].length })), [text]);
  const [place, setPlace] = useState(() => {
    const at = Math.max(0, words.findIndex((word) => word.to > start));
    return { anchor: at, head: at };
  });
  const range = rangeOf(words, place);
  useEffect(() => {
    if (range) onMove(range);
    // The mark follows the words, not the handler.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [range?.from, range?.to]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
      if (by !== undefined) {
        const head = Math.min(Math.max(place.head + by, 0), words.length - 1);
        setPlace({ anchor: event.shiftKey ? place.anchor : head, head });
      } else if (event.key === "Enter" && range) onKeep(range);
      else if (event.key === "Escape") onLeave();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [place, range, words.length, onKeep, onLeave]);
  return (
    <div className={styles.caretHint} role="status">
      {t("mark.caret")} <b className="strong"><bdi>{range ? visible(text.slice(range.from, Math.min(range.to, range.from + 60))) : ""}</bdi></b>
    </div>
  );
}

function rangeOf(words: readonly Range[], place: { anchor: number; head: number }): Range | null {
  const first = words[Math.min(place.anchor, place.head)];
  const last = words[Math.max(place.anchor, place.head)];
  return first && last ? { from: first.from, to: last.to } : null;
}
