import { useMemo } from "react";
import { layoutOfLine, type TextLayout } from "./layout";
import { MarkedRange } from "./marked-text";
import type { Mark } from "./pieces";

/** The layout of a text that is drawn stretch by stretch. */
export const useLineLayout = (text: string): TextLayout => useMemo(() => layoutOfLine(text), [text]);

interface MarkedLineProps {
  layout: TextLayout;
  from: number;
  to: number;
  marks: readonly Mark[];
  selected?: string | null | undefined;
  onMark?: ((id: string) => void) | undefined;
}

/** One stretch of a text with its marks and hidden characters; marks are cut at its ends. */
export function MarkedLine({ layout, from, to, marks, selected = null, onMark }: MarkedLineProps) {
  const placed = useMemo(
    () =>
      marks
        .filter((mark) => mark.from < to && mark.to > from)
        .map((mark) => ({ ...mark, begins: Math.max(mark.from, from), ends: Math.min(mark.to, to), pinned: false })),
    [marks, from, to],
  );
  return <MarkedRange layout={layout} range={{ from, to }} marks={placed} selected={selected} onMark={onMark} />;
}
