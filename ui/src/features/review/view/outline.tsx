import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { countWords, layoutOf, visible } from "@/shared/content";
import { useFormat } from "@/shared/format";
import controls from "./controls.module.css";
import type { ItemModel } from "./item-model";
import styles from "./room.module.css";

/** From this many words on, an output opens with an outline. */
export const LONG = 1_500;

/** Headings of a long output, to jump to. */
export function Outline({ model }: { model: ItemModel }) {
  const { t } = useTranslation("review");
  const headings = layoutOf(model.text, model.format).headings;
  if (model.words < LONG || headings.length === 0) return null;
  return (
    <nav className={styles.outline} aria-label={t("outline.title")}>
      <h2>{t("outline.title")}</h2>
      <ul>
        {headings.slice(0, 60).map((heading) => (
          <li key={heading.from} data-level={heading.level}>
            <button type="button" className={controls.plainLink} onClick={() => document.querySelector(`[data-output] [data-at="${heading.from}"]`)?.scrollIntoView({ block: "start" })}>
              <bdi>{visible(heading.text)}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** `word 4,120 of 10,212` while a long output is scrolled. */
export function WordPlace({ model }: { model: ItemModel }) {
  const { t } = useTranslation("review");
  const format = useFormat();
  const [at, setAt] = useState(0);
  const starts = useMemo(() => wordStarts(model), [model]);
  useEffect(() => {
    const element = document.querySelector<HTMLElement>("[data-column=output]");
    if (!element || model.words < LONG) return;
    let frame = 0;
    const look = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setAt(starts[topSection(element)] ?? 0));
    };
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      element.removeEventListener("scroll", look);
      cancelAnimationFrame(frame);
    };
  }, [model, starts]);
  return <>{t("outline.place", { word: format.count(at + 1), words: format.count(model.words) })}</>;
}

function wordStarts(model: ItemModel): readonly number[] {
  let words = 0;
  return layoutOf(model.text, model.format).sections.map((section) => {
    const start = words;
    words += countWords(model.text.slice(section.from, section.to));
    return start;
  });
}

/** The section at the upper edge of the column, by halving. */
function topSection(column: HTMLElement): number {
  const sections = column.querySelectorAll<HTMLElement>("[data-section]");
  const top = column.getBoundingClientRect().top + 60;
  let low = 0;
  let high = sections.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sections[middle]?.getBoundingClientRect().bottom ?? 0) < top) low = middle + 1;
    else high = middle;
  }
  return low;
}
