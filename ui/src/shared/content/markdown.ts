/**
 * Markdown as hostile text may use it: headings, lists, tables, emphasis, code, links. No HTML, no reference links,
 * no indented code; every piece keeps its place in the source, so that findings mark the right words.
 */
import type { SyntaxNode, Tree } from "@lezer/common";
import { GFM, parser } from "@lezer/markdown";
import type { Align, Block, Cell, Inline, ListItem } from "./blocks";
import { hostOf, safeAddress } from "./links";
import { plainBlocks } from "./plain";
import type { Range } from "./ranges";

const markdown = parser.configure([
  GFM,
  { remove: ["HTMLBlock", "HTMLTag", "IndentedCode", "SetextHeading", "LinkReference"] },
]);

/** Deeper nesting is shown as plain text; nobody writes it for a reader. */
const DEEPEST = 12;
/** Constructs that make the parser slow, counted per paragraph; past this the whole text is shown plain. */
const MOST_BRACKETS = 400;

/** The blocks of a text in Markdown, or as plain lines when it is built to be slow or deep. */
export function markdownBlocks(text: string): readonly Block[] {
  if (isHeavy(text)) return plainBlocks(text);
  const tree = markdown.parse(text);
  return new Reader(text).blocks(tree);
}

function isHeavy(text: string): boolean {
  for (const paragraph of text.split(/\n\s*\n/)) {
    if (paragraph.length < MOST_BRACKETS) continue;
    let brackets = 0;
    for (const letter of paragraph) if (letter === "[") brackets++;
    if (brackets > MOST_BRACKETS) return true;
    if (/(?:(?:[>*+-]|\d{1,9}[.)])[ \t]+){60,}|>{60,}/.test(paragraph)) return true;
  }
  return false;
}

class Reader {
  constructor(private readonly text: string) {}

  blocks(tree: Tree): Block[] {
    return this.childBlocks(tree.topNode, 0);
  }

  private childBlocks(parent: SyntaxNode, depth: number): Block[] {
    const found: Block[] = [];
    let end = parent.from;
    for (let node = parent.firstChild; node; node = node.nextSibling) {
      const block = this.block(node, depth);
      if (!block) continue;
      if (depth === 0) this.addGap(found, end, node.from);
      found.push(...block);
      end = node.to;
    }
    if (depth === 0) this.addGap(found, end, this.text.length);
    return found;
  }

  /** Empty lines are part of what was written; more than three are worth saying. */
  private addGap(found: Block[], from: number, to: number): void {
    const lines = this.text.slice(from, to).split("\n").length - (found.length > 0 ? 2 : 1);
    if (lines > 3) found.push({ kind: "gap", from, to, lines });
  }

  private block(node: SyntaxNode, depth: number): Block[] | null {
    const range = { from: node.from, to: node.to };
    if (depth > DEEPEST) return [{ kind: "paragraph", ...range, inlines: this.plain(range) }];
    const heading = /^ATXHeading(\d)$/.exec(node.name);
    if (heading) return [{ kind: "heading", level: Number(heading[1]), ...range, inlines: this.title(node) }];
    switch (node.name) {
      case "Paragraph":
      case "Task":
        return [{ kind: "paragraph", ...range, inlines: this.inlines(node) }];
      case "Blockquote":
        return [{ kind: "quote", ...range, blocks: this.childBlocks(node, depth + 1) }];
      case "BulletList":
      case "OrderedList":
        return [{ kind: "list", ordered: node.name === "OrderedList", ...range, items: this.items(node, depth) }];
      case "FencedCode":
        return [this.code(node)];
      case "Table":
        return [this.table(node)];
      case "HorizontalRule":
        return [{ kind: "rule", ...range }];
      case "QuoteMark":
      case "ListMark":
      case "TaskMarker":
        return null;
      default:
        return [{ kind: "paragraph", ...range, inlines: this.plain(range) }];
    }
  }

  private items(list: SyntaxNode, depth: number): ListItem[] {
    return list.getChildren("ListItem").map((node) => {
      const mark = node.getChild("ListMark");
      const task = node.getChild("Task")?.getChild("TaskMarker");
      return {
        from: node.from,
        to: node.to,
        marker: mark ? this.text.slice(mark.from, mark.to) : "",
        checked: task ? /x/i.test(this.text.slice(task.from, task.to)) : null,
        blocks: this.childBlocks(node, depth + 1),
      };
    });
  }

  private code(node: SyntaxNode): Block {
    const info = node.getChild("CodeInfo");
    const parts = node.getChildren("CodeText");
    const lines: Range[] = [];
    for (const part of parts) {
      let from = part.from;
      for (let at = part.from; at <= part.to; at++) {
        if (at === part.to || this.text[at] === "\n") {
          if (at > from || at < part.to) lines.push({ from, to: at });
          from = at + 1;
        }
      }
    }
    return {
      kind: "code", from: node.from, to: node.to, lines,
      language: info ? this.text.slice(info.from, info.to).slice(0, 30) : "",
    };
  }

  private table(node: SyntaxNode): Block {
    const head = node.getChild("TableHeader");
    const rule = node.getChildren("TableDelimiter")[0];
    const align = rule ? this.text.slice(rule.from, rule.to).replace(/^\s*\||\|\s*$/g, "").split("|").map(alignOf) : [];
    return {
      kind: "table", from: node.from, to: node.to, align,
      head: head ? this.cells(head) : [],
      rows: node.getChildren("TableRow").map((row) => this.cells(row)),
    };
  }

  /** Cells by their bars: an empty cell has no node of its own. */
  private cells(row: SyntaxNode): Cell[] {
    const cells: Cell[] = [];
    let cell: SyntaxNode | null = null;
    let from = row.from;
    let first = true;
    for (let node = row.firstChild; node; node = node.nextSibling) {
      if (node.name === "TableCell") cell = node;
      else if (node.name === "TableDelimiter") {
        if (!first || cell) cells.push(this.cell(cell, from, node.from));
        first = false;
        cell = null;
        from = node.to;
      }
    }
    if (cell) cells.push(this.cell(cell, from, row.to));
    return cells;
  }

  private cell(node: SyntaxNode | null, from: number, to: number): Cell {
    return node ? { from: node.from, to: node.to, inlines: this.inlines(node) } : { from, to: Math.max(from, to), inlines: [] };
  }

  private inlines(node: SyntaxNode): Inline[] {
    return trimmed(this.between(node, node.from, node.to), this.text);
  }

  /** A heading without the space before its closing signs. */
  private title(node: SyntaxNode): Inline[] {
    const inlines = this.inlines(node);
    const last = inlines[inlines.length - 1];
    if (last?.kind !== "text") return inlines;
    const to = last.from + this.text.slice(last.from, last.to).trimEnd().length;
    return [...inlines.slice(0, -1), { ...last, to }];
  }

  /** Pieces of [from, to) inside a node: its children, and the text between them. */
  private between(parent: SyntaxNode, from: number, to: number): Inline[] {
    const found: Inline[] = [];
    let at = from;
    for (let node = parent.firstChild; node; node = node.nextSibling) {
      if (node.from < from || node.to > to) continue;
      found.push(...this.plain({ from: at, to: node.from }));
      found.push(...this.inline(node));
      at = node.to;
    }
    found.push(...this.plain({ from: at, to }));
    return found;
  }

  private inline(node: SyntaxNode): Inline[] {
    const range = { from: node.from, to: node.to };
    switch (node.name) {
      case "EmphasisMark":
      case "StrikethroughMark":
      case "CodeMark":
      case "LinkMark":
      case "HeaderMark":
      case "QuoteMark":
      case "TaskMarker":
        return [];
      case "Emphasis":
        return [{ kind: "emphasis", ...range, children: this.between(node, node.from, node.to) }];
      case "StrongEmphasis":
        return [{ kind: "strong", ...range, children: this.between(node, node.from, node.to) }];
      case "Strikethrough":
        return [{ kind: "strike", ...range, children: this.between(node, node.from, node.to) }];
      case "InlineCode":
        return [this.codeSpan(node)];
      case "Link":
        return this.link(node);
      case "Image":
        return this.image(node);
      case "Autolink":
        return this.between(node, node.from, node.to);
      case "URL":
        return this.bareAddress(node);
      case "Escape":
        return [{ kind: "sign", ...range, shown: this.text.slice(node.from + 1, node.to) }];
      case "Entity":
        return [this.entity(range)];
      case "HardBreak":
        return [{ kind: "break", ...range }];
      default:
        return this.plain(range);
    }
  }

  private codeSpan(node: SyntaxNode): Inline {
    const marks = node.getChildren("CodeMark");
    const first = marks[0];
    const last = marks[marks.length - 1];
    return { kind: "code", from: first?.to ?? node.from, to: Math.max(first?.to ?? node.from, last?.from ?? node.to) };
  }

  private link(node: SyntaxNode): Inline[] {
    const marks = node.getChildren("LinkMark");
    const url = node.getChild("URL");
    const close = marks[1];
    // A reference ([text][label]) could point anywhere; it stays as it was written.
    if (!url || !close) return this.plain({ from: node.from, to: node.to });
    const written = { from: url.from, to: url.to };
    const raw = this.text.slice(url.from, url.to).replace(/^<|>$/g, "");
    const address = safeAddress(raw)?.href ?? null;
    if (address === null) return this.plain({ from: node.from, to: node.to });
    const children = this.between(node, marks[0]?.to ?? node.from, close.from);
    return [{ kind: "link", from: node.from, to: node.to, children, written, address }];
  }

  private image(node: SyntaxNode): Inline[] {
    const marks = node.getChildren("LinkMark");
    const url = node.getChild("URL");
    if (!url || !marks[1]) return this.plain({ from: node.from, to: node.to });
    const alt = { from: marks[0]?.to ?? node.from, to: marks[1].from };
    const host = hostOf(this.text.slice(url.from, url.to).replace(/^<|>$/g, ""));
    return [{ kind: "image", from: node.from, to: node.to, alt, host }];
  }

  private bareAddress(node: SyntaxNode): Inline[] {
    const range = { from: node.from, to: node.to };
    const address = safeAddress(this.text.slice(node.from, node.to))?.href ?? null;
    const children = this.plain(range);
    return address === null ? children : [{ kind: "link", ...range, children, written: range, address }];
  }

  /** Only the five entities that stand for punctuation are read; others could stand for anything and stay as written. */
  private entity(range: Range): Inline {
    const shown = ENTITIES[this.text.slice(range.from, range.to).toLowerCase()];
    return shown === undefined ? { kind: "text", ...range } : { kind: "sign", ...range, shown };
  }

  /** Text with its line breaks; spaces that only continue a line of Markdown are not shown. */
  private plain(range: Range): Inline[] {
    const found: Inline[] = [];
    let from = range.from;
    for (let at = range.from; at < range.to; at++) {
      if (this.text[at] !== "\n") continue;
      if (at > from) found.push({ kind: "text", from, to: at });
      found.push({ kind: "break", from: at, to: at + 1 });
      from = at + 1;
    }
    if (range.to > from) found.push({ kind: "text", from, to: range.to });
    return found;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": "\u00a0",
};

function alignOf(rule: string): Align {
  const bare = rule.trim();
  if (bare.endsWith(":")) return bare.startsWith(":") ? "center" : "end";
  return "start";
}

/** Without the spaces that start a continued line. */
function trimmed(inlines: Inline[], text: string): Inline[] {
  let atStart = true;
  const kept: Inline[] = [];
  for (const one of inlines) {
    if (one.kind === "text" && atStart) {
      let from = one.from;
      while (from < one.to && (text[from] === " " || text[from] === "\t")) from++;
      if (from < one.to) kept.push({ ...one, from });
      else continue;
    } else kept.push(one);
    atStart = one.kind === "break";
  }
  return kept;
}
