import { Fragment, memo, type ReactNode, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Block, Cell, Inline } from "./blocks";
import { type Special, visible } from "./hidden";
import { layoutOf, placeOf, type Section, type TextFormat, type TextLayout } from "./layout";
import styles from "./marked-text.module.css";
import { type Mark, piecesOf, type PlacedMark } from "./pieces";
import type { Range } from "./ranges";

interface MarkedTextProps {
  text: string;
  format: TextFormat;
  marks?: readonly Mark[];
  /** The mark that is open beside the text. */
  selected?: string | null;
  onMark?: (id: string) => void;
  /** A person wants to open a link; nothing is opened from here. */
  onLink?: (address: string) => void;
}

/** Sections drawn at once; the others follow while the page is idle, so that a long text opens as fast as a short one. */
const AT_ONCE = 6;
const NO_MARKS: readonly Mark[] = [];

/**
 * Text that is not ours, as text nodes: no HTML, no address that could be followed, everything invisible made visible.
 * Marks stand at their place in the source, whatever markup is around them.
 */
export const MarkedText = memo(function MarkedText({ text, format, marks = NO_MARKS, selected = null, onMark, onLink }: MarkedTextProps) {
  const layout = useMemo(() => layoutOf(text, format), [text, format]);
  const bySection = useMemo(() => placeMarks(layout, marks), [layout, marks]);
  const shown = useShownSections(layout, bySection, selected);
  return (
    <div className={styles.text} data-format={format}>
      {layout.sections.slice(0, shown).map((section, at) => {
        const own = bySection[at] ?? NO_PLACED;
        return (
          <SectionView
            key={section.from}
            layout={layout}
            section={section}
            marks={own}
            selected={own.some((mark) => mark.id === selected) ? selected : null}
            far={at >= AT_ONCE}
            onMark={onMark}
            onLink={onLink}
          />
        );
      })}
    </div>
  );
});

const NO_PLACED: readonly PlacedMark[] = [];

/** The marks of each section; a section without any gets the same empty list each time, so that it is not drawn again. */
function placeMarks(layout: TextLayout, marks: readonly Mark[]): (readonly PlacedMark[])[] {
  const lists: PlacedMark[][] = layout.sections.map(() => []);
  for (const mark of marks) {
    const place = placeOf(layout, mark);
    if (!place) continue;
    const placed = { ...mark, ...place };
    layout.sections.forEach((section, at) => {
      const next = layout.sections[at + 1]?.from ?? Number.POSITIVE_INFINITY;
      const touches = place.pinned
        ? place.begins >= section.from && place.begins < next
        : mark.from < Math.max(section.to, section.from + 1) && mark.to > section.from;
      if (touches) lists[at]?.push(placed);
    });
  }
  return lists.map((list) => (list.length === 0 ? NO_PLACED : list.sort((one, other) => one.from - other.from || other.to - one.to)));
}

function useShownSections(layout: TextLayout, bySection: readonly (readonly PlacedMark[])[], selected: string | null): number {
  const [drawn, setDrawn] = useState({ layout, count: AT_ONCE });
  const count = drawn.layout === layout ? drawn.count : AT_ONCE;
  const wanted = selected === null ? -1 : bySection.findIndex((list) => list.some((mark) => mark.id === selected));
  const shown = Math.max(count, wanted + 1);
  useEffect(() => {
    if (shown >= layout.sections.length) return;
    return whenIdle(() => setDrawn({ layout, count: shown + AT_ONCE * 3 }));
  }, [layout, shown]);
  return shown;
}

function whenIdle(work: () => void): () => void {
  if (typeof window.requestIdleCallback === "function") {
    const handle = window.requestIdleCallback(work, { timeout: 200 });
    return () => window.cancelIdleCallback(handle);
  }
  const handle = setTimeout(work, 30);
  return () => clearTimeout(handle);
}

interface SectionProps {
  layout: TextLayout;
  section: Section;
  marks: readonly PlacedMark[];
  selected: string | null;
  far: boolean;
  onMark: ((id: string) => void) | undefined;
  onLink: ((address: string) => void) | undefined;
}

const SectionView = memo(function SectionView({ section, far, ...given }: SectionProps) {
  const { t } = useTranslation("content");
  const draw = new Draw(given, t);
  const height = Math.ceil((section.to - section.from) / 60) * 28;
  return (
    <div className={styles.section} data-section="" data-far={far || undefined} style={far ? { containIntrinsicSize: `auto ${height}px` } : undefined}>
      {section.blocks.map((block) => draw.block(block))}
    </div>
  );
});

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

type Words = ReturnType<typeof useTranslation<"content">>["t"];

/** Draws the blocks of one section. */
class Draw {
  constructor(
    private readonly given: Pick<SectionProps, "layout" | "marks" | "selected" | "onMark" | "onLink">,
    private readonly t: Words,
  ) {}

  block(block: Block): ReactNode {
    const key = `${block.kind}${block.from}`;
    switch (block.kind) {
      case "paragraph":
        return (
          <p key={key} dir="auto">
            {this.inlines(block.inlines)}
          </p>
        );
      case "heading":
        return (
          <p key={key} dir="auto" role="heading" aria-level={Math.min(block.level + 2, 6)} className={styles.heading} data-level={block.level} data-at={block.from}>
            {this.inlines(block.inlines)}
          </p>
        );
      case "quote":
        return (
          <blockquote key={key} className={styles.quote} dir={this.direction(block)}>
            {block.blocks.map((one) => this.block(one))}
          </blockquote>
        );
      case "list":
        return this.list(block, key);
      case "code":
        return this.code(block, key);
      case "table":
        return this.table(block, key);
      case "rule":
        return <hr key={key} className={styles.rule} />;
      case "gap":
        return <Gap key={key} lines={block.lines} />;
    }
  }

  private list(block: Extract<Block, { kind: "list" }>, key: string): ReactNode {
    const Tag = block.ordered ? "ol" : "ul";
    return (
      <Tag key={key} className={styles.list}>
        {block.items.map((item) => (
          <li key={item.from} dir={this.direction(item)}>
            <span className={styles.marker} aria-hidden={!block.ordered}>
              {item.checked === null ? (block.ordered ? item.marker : "•") : item.checked ? "☑" : "☐"}
            </span>
            {item.checked !== null && <span className="hidden-text">{this.t(item.checked ? "checked" : "unchecked")}</span>}
            <div>{item.blocks.map((one) => this.block(one))}</div>
          </li>
        ))}
      </Tag>
    );
  }

  /** For what holds paragraphs: `auto` would not look into them. */
  private direction(range: Range): "rtl" | "ltr" {
    const first = /[\p{L}]/u.exec(this.given.layout.text.slice(range.from, Math.min(range.to, range.from + 2_000)))?.[0] ?? "";
    return RIGHT_TO_LEFT.test(first) ? "rtl" : "ltr";
  }

  private code(block: Extract<Block, { kind: "code" }>, key: string): ReactNode {
    return <CodeBlock key={key} language={block.language} lines={block.lines} text={this.given.layout.text} draw={(line) => this.leaf(line)} />;
  }

  private table(block: Extract<Block, { kind: "table" }>, key: string): ReactNode {
    const row = (cells: readonly Cell[], Tag: "th" | "td") =>
      cells.map((cell, at) => (
        <Tag key={at} dir="auto" data-align={block.align[at]} {...(Tag === "th" ? { scope: "col" } : {})}>
          {this.inlines(cell.inlines)}
        </Tag>
      ));
    const named = block.head.some((cell) => cell.inlines.length > 0);
    return (
      <div key={key} className={styles.wide} tabIndex={0} role="group" aria-label={this.t("table")}>
        <table className={styles.table} dir={this.direction(block)}>
          {named && (
            <thead>
              <tr>{row(block.head, "th")}</tr>
            </thead>
          )}
          <tbody>
            {block.rows.map((cells, at) => (
              <tr key={at}>{row(cells, "td")}</tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  }

  private inlines(inlines: readonly Inline[]): ReactNode {
    return inlines.map((inline) => <Fragment key={`${inline.kind}${inline.from}`}>{this.inline(inline)}</Fragment>);
  }

  private inline(inline: Inline): ReactNode {
    switch (inline.kind) {
      case "text":
        return this.leaf(inline);
      case "sign":
        return this.leaf(inline, inline.shown);
      case "break":
        return <br />;
      case "emphasis":
        return <em>{this.inlines(inline.children)}</em>;
      case "strong":
        return <strong>{this.inlines(inline.children)}</strong>;
      case "strike":
        return <s>{this.inlines(inline.children)}</s>;
      case "code":
        return <code className={styles.codeSpan}>{this.leaf(inline)}</code>;
      case "link":
        return this.link(inline);
      case "image":
        return <span className={styles.image}>{this.leaf(inline, this.t("imageNotLoaded", { host: inline.host }))}</span>;
    }
  }

  private link(link: Extract<Inline, { kind: "link" }>): ReactNode {
    const { onLink } = this.given;
    const address = link.address;
    if (address === null) return this.inlines(link.children);
    const host = new URL(address).host;
    return (
      <>
        <span
          className={styles.link}
          role="link"
          tabIndex={0}
          onClick={() => onLink?.(address)}
          onKeyDown={(event) => {
            if (event.key === "Enter") onLink?.(address);
          }}
        >
          {this.inlines(link.children)}
        </span>{" "}
        <bdi className={styles.host}>
          {link.written.from === link.from ? `(${host})` : this.leaf(link.written, `(${host})`)}
        </bdi>
      </>
    );
  }

  /** A stretch of source; with `shown` another text stands for it as a whole. */
  leaf(range: Range, shown?: string): ReactNode {
    const { layout, marks } = this.given;
    const pinned = marks.filter((mark) => mark.pinned && mark.begins >= range.from && mark.begins <= range.to && isHome(layout, mark, range));
    const pieces = shown === undefined ? piecesOf(range, layout, marks) : [{ ...range, special: null, marks: marks.filter((mark) => !mark.pinned && mark.from < range.to && mark.to > range.from) }];
    return (
      <>
        {pinned.map((mark) => (
          <mark key={mark.id} data-mark={mark.id} data-kind={mark.kind} data-selected={mark.id === this.given.selected || undefined} onClick={() => this.given.onMark?.(mark.id)}>
            {this.spoken(mark, "start")}
            {this.badge(mark)}
          </mark>
        ))}
        {pieces.map((piece) => (
          <Fragment key={piece.from}>
            {this.marked(piece.marks, piece, shown === undefined ? this.piece(piece) : this.atom(piece, shown))}
          </Fragment>
        ))}
      </>
    );
  }

  private marked(marks: readonly PlacedMark[], piece: Range, inside: ReactNode): ReactNode {
    return marks.reduceRight<ReactNode>(
      (inner, mark) => (
        <mark data-mark={mark.id} data-kind={mark.kind} data-selected={mark.id === this.given.selected || undefined} onClick={this.given.onMark && mark.kind !== "sentence" ? () => this.given.onMark?.(mark.id) : undefined}>
          {piece.from <= mark.begins && piece.to > mark.begins && this.spoken(mark, "start")}
          {inner}
          {piece.from < mark.ends && piece.to >= mark.ends && (
            <>
              {this.badge(mark)}
              {this.spoken(mark, "end")}
            </>
          )}
        </mark>
      ),
      inside,
    );
  }

  private spoken(mark: PlacedMark, end: "start" | "end"): ReactNode {
    if (mark.spoken === undefined) return null;
    return <span className="hidden-text">{this.t(end === "start" ? "markStart" : "markEnd", { what: mark.spoken })}</span>;
  }

  private badge(mark: PlacedMark): ReactNode {
    return mark.number === undefined ? null : (
      <span className={styles.badge} aria-hidden="true">
        {mark.number}
      </span>
    );
  }

  private piece(piece: Range & { special: Special | null }): ReactNode {
    const { special } = piece;
    const text = this.given.layout.text.slice(piece.from, piece.to);
    if (!special) return <span data-f={piece.from}>{text}</span>;
    if (special.kind === "script")
      return (
        <span data-f={piece.from} className={styles.script} title={special.title}>
          {text}
        </span>
      );
    return <HiddenBox special={special} />;
  }

  private atom(piece: Range, shown: string): ReactNode {
    return (
      <span data-f={piece.from} data-t={piece.to}>
        {shown}
      </span>
    );
  }
}

interface RangeProps {
  layout: TextLayout;
  range: Range;
  marks: readonly PlacedMark[];
  selected: string | null;
  onMark: ((id: string) => void) | undefined;
}

/** One stretch of a text, with marks and hidden characters, without blocks. */
export function MarkedRange({ layout, range, marks, selected, onMark }: RangeProps) {
  const { t } = useTranslation("content");
  return (
    <bdi className={styles.text} data-format="line">
      {new Draw({ layout, marks, selected, onMark, onLink: undefined }, t).leaf(range)}
    </bdi>
  );
}

/** A pinned mark belongs to one leaf only, also where two leaves meet. */
function isHome(layout: TextLayout, mark: PlacedMark, range: Range): boolean {
  const home = layout.leaves.find((leaf) => leaf.to > mark.begins) ?? layout.leaves[layout.leaves.length - 1];
  return home?.from === range.from && home.to === range.to;
}

/** The box that stands for what cannot be seen. */
export function HiddenBox({ special }: { special: Special }) {
  const { t } = useTranslation("content");
  return (
    <span data-f={special.from} data-t={special.to} className={styles.hidden} title={special.title}>
      <span className="hidden-text">{t("hiddenHere")}: </span>
      {special.kind === "spaces" ? t("spaces", { count: special.count }) : special.kind === "flood" ? t("marks", { count: special.count }) : special.label}
    </span>
  );
}

function Gap({ lines }: { lines: number }) {
  const { t } = useTranslation("content");
  const [open, setOpen] = useState(false);
  const most = 2_000;
  return (
    <div className={styles.gap}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t("emptyLines", { count: lines })}, {t(open ? "hide" : "show")}
      </button>
      {open && <div aria-hidden="true" className={styles.gapLines}>{Array.from({ length: Math.min(lines, most) }, (_, at) => <div key={at}>↵</div>)}</div>}
    </div>
  );
}

function CodeBlock({ language, lines, text, draw }: { language: string; lines: readonly Range[]; text: string; draw: (line: Range) => ReactNode }) {
  const { t } = useTranslation("content");
  const [wrap, setWrap] = useState(false);
  return (
    <figure className={styles.codeBlock} data-wrap={wrap || undefined}>
      <figcaption>
        <bdi>{visible(language)}</bdi>
        <button type="button" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
          {t("wrapLines")}
        </button>
      </figcaption>
      <div className={styles.wide} tabIndex={0} role="group" aria-label={t("code")}>
        <code dir="ltr" className={styles.codeLines}>
          {foldEmpty(lines, text).map((line, at) =>
            "count" in line ? (
              <Gap key={at} lines={line.count} />
            ) : (
              <div key={at} className={styles.codeLine} data-number={line.number}>
                {line.to > line.from ? draw(line) : "\u00a0"}
              </div>
            ),
          )}
        </code>
      </div>
    </figure>
  );
}

/** Code lines with their numbers; more than three empty ones in a row become one entry. */
function foldEmpty(lines: readonly Range[], text: string): ((Range & { number: number }) | { count: number })[] {
  const out: ((Range & { number: number }) | { count: number })[] = [];
  for (let at = 0; at < lines.length; at++) {
    let end = at;
    while (end < lines.length && text.slice(lines[end]?.from, lines[end]?.to).trim() === "") end++;
    if (end - at > 3) {
      out.push({ count: end - at });
      at = end - 1;
      continue;
    }
    const line = lines[at];
    if (line) out.push({ ...line, number: at + 1 });
  }
  return out;
}
