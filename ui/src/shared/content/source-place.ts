/** From a place on the screen back to the place in the source. Shown pieces carry their source offset as data-f. */
import type { Range } from "./ranges";

/** The UTF-16 index of a DOM position inside `root`; null outside any shown piece. */
export function indexAt(root: Node, node: Node, offset: number): number | null {
  if (node.nodeType === Node.TEXT_NODE) {
    const piece = pieceOf(root, node);
    if (!piece) return null;
    const from = Number(piece.dataset["f"]);
    return piece.dataset["t"] === undefined ? from + offset : offset === 0 ? from : Number(piece.dataset["t"]);
  }
  const child = node.childNodes[offset];
  if (child) {
    const first = child instanceof HTMLElement && child.dataset["f"] !== undefined ? child : child.nodeType === Node.TEXT_NODE ? pieceOf(root, child) : child instanceof HTMLElement ? child.querySelector<HTMLElement>("[data-f]") : null;
    if (first) return Number(first.dataset["f"]);
  }
  const own = pieceOf(root, node);
  if (own) return Number(own.dataset["t"] ?? Number(own.dataset["f"]) + (offset === 0 ? 0 : (own.textContent ?? "").length));
  const before = node instanceof HTMLElement ? [...node.querySelectorAll<HTMLElement>("[data-f]")].pop() : undefined;
  return before ? Number(before.dataset["t"] ?? Number(before.dataset["f"]) + (before.textContent ?? "").length) : null;
}

function pieceOf(root: Node, node: Node): HTMLElement | null {
  const element = node instanceof HTMLElement ? node : node.parentElement;
  const piece = element?.closest<HTMLElement>("[data-f]") ?? null;
  return piece && root.contains(piece) ? piece : null;
}

/** The source range of the selection, if it lies in `root`. An empty selection gives an empty range. */
export function selectedRange(root: HTMLElement, selection: Selection | null): Range | null {
  if (!selection || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!root.contains(range.startContainer) || !root.contains(range.endContainer)) return null;
  const from = indexAt(root, range.startContainer, range.startOffset);
  const to = range.collapsed ? from : indexAt(root, range.endContainer, range.endOffset);
  return from === null || to === null ? null : { from: Math.min(from, to), to: Math.max(from, to) };
}
