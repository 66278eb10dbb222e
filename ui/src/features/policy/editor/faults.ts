/** Faults under the words they are about, and the way from one to the next. */
import { type EditorState, type Extension, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, hoverTooltip, keymap, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { ErrorField } from "@/api/schema";

export interface Fault extends ErrorField {
  from: number;
  to: number;
}

const setFaults = StateEffect.define<readonly ErrorField[]>();

/** The stretch a fault is about: from its column to the end of the word, at least one sign where there is one. */
export function located(state: EditorState, fault: ErrorField): Fault {
  const line = state.doc.line(Math.min(Math.max(fault.line ?? 1, 1), state.doc.lines));
  // The server counts code points, the editor code units.
  const signs = [...line.text].slice(0, Math.max((fault.column ?? 1) - 1, 0)).join("");
  const from = Math.min(line.from + signs.length, line.to);
  const rest = state.sliceDoc(from, line.to);
  const word = /^(?:"[^"]*"|'[^']*'|[^\s,{}[\]:]+)/.exec(rest)?.[0] ?? rest.trimEnd();
  return { ...fault, from, to: Math.min(from + word.length, line.to) };
}

const faultField = StateField.define<readonly Fault[]>({
  create: () => [],
  update(value, transaction) {
    let faults = transaction.docChanged
      ? value.map((one) => ({ ...one, from: transaction.changes.mapPos(one.from), to: transaction.changes.mapPos(one.to) }))
      : value;
    for (const effect of transaction.effects) {
      if (effect.is(setFaults)) faults = effect.value.map((fault) => located(transaction.state, fault));
    }
    return faults;
  },
  provide: (field) => EditorView.decorations.from(field, drawn),
});

function drawn(faults: readonly Fault[]): DecorationSet {
  const ranges = [...faults].sort((one, other) => one.from - other.from || one.to - other.to);
  return Decoration.set(
    ranges.filter(({ from, to }) => to > from).map(({ from, to }) => Decoration.mark({ class: "cm-fault" }).range(from, to)),
    true,
  );
}

const HOVER = hoverTooltip((view, position) => {
  const found = view.state.field(faultField).filter(({ from, to }) => from <= position && position <= to);
  if (found.length === 0) return null;
  return {
    pos: Math.min(...found.map(({ from }) => from)),
    create: () => {
      const dom = document.createElement("div");
      dom.className = "cm-said cm-saidFault";
      for (const fault of found) {
        const line = document.createElement("p");
        line.textContent = fault.message;
        dom.append(line);
      }
      return { dom };
    },
  };
});

/** Goes to the fault after the cursor, or before it; round at the end. */
function toFault(view: EditorView, step: 1 | -1): boolean {
  const faults = [...view.state.field(faultField)].sort((one, other) => one.from - other.from);
  if (faults.length === 0) return true;
  const { head } = view.state.selection.main;
  const ordered = step === 1 ? faults : faults.reverse();
  const next = ordered.find((one) => (step === 1 ? one.from > head : one.from < head)) ?? ordered[0];
  if (next !== undefined) select(view, next.from);
  return true;
}

function select(view: EditorView, at: number): void {
  view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
  view.focus();
}

/** A row that releases by a plain number is red wherever a policy is shown. */
const UNCERTIFIED = /uncertified:\s*true/g;
const uncertified = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = reds(view);
    }
    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.decorations = reds(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function reds(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (const match of view.state.sliceDoc(from, to).matchAll(UNCERTIFIED)) {
      builder.add(from + match.index, from + match.index + match[0].length, Decoration.mark({ class: "cm-uncertified" }));
    }
  }
  return builder.finish();
}

export const uncertifiedInRed: Extension = uncertified;

export const faultMarks: Extension = [
  faultField,
  HOVER,
  keymap.of([
    { key: "F8", run: (view) => toFault(view, 1) },
    { key: "Shift-F8", run: (view) => toFault(view, -1) },
  ]),
];

export function showFaults(view: EditorView, faults: readonly ErrorField[]): void {
  view.dispatch({ effects: setFaults.of(faults) });
}

export function goTo(view: EditorView, fault: ErrorField): void {
  select(view, located(view.state, fault).from);
}
