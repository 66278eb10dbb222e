/** The editor itself, without React: live changes against the original, hidden characters as boxes. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, RangeSetBuilder, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, keymap, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view";
import { type Change, changesBetween } from "./changes";
import { type Special, specialsIn } from "./hidden";
import styles from "./diff-editor.module.css";

export interface DiffEditorOptions {
  original: string;
  value: string;
  json: boolean;
  editable: boolean;
  showChanges: boolean;
  label: string;
  nonce: string;
  /** Words for a box, such as "Hidden character". */
  hiddenWord: string;
  onChange: (value: string) => void;
  onChanges: (changes: readonly Change[]) => void;
  onLeave: () => void;
  onSend: () => void;
}

/** A text as nodes in which nothing invisible stays invisible. */
function shownText(text: string, hiddenWord: string): DocumentFragment {
  const out = document.createDocumentFragment();
  let at = 0;
  for (const special of specialsIn(text)) {
    if (special.kind === "script" || special.kind === "lines" || special.kind === "spaces") continue;
    out.append(text.slice(at, special.from), boxOf(special, hiddenWord));
    at = special.to;
  }
  out.append(text.slice(at));
  return out;
}

function boxOf(special: Special, hiddenWord: string): HTMLElement {
  const box = document.createElement("span");
  box.className = styles.hidden ?? "";
  box.title = special.title;
  box.textContent = special.label;
  box.setAttribute("aria-label", `${hiddenWord}: ${special.label}`);
  box.setAttribute("role", "img");
  return box;
}

class Removed extends WidgetType {
  constructor(readonly text: string, readonly hiddenWord: string) {
    super();
  }
  override eq(other: Removed): boolean {
    return other.text === this.text;
  }
  toDOM(): HTMLElement {
    const del = document.createElement("del");
    del.className = styles.removed ?? "";
    del.dir = "auto";
    del.append(shownText(this.text.replace(/\n/g, "↵\n"), this.hiddenWord));
    return del;
  }
  override ignoreEvent(): boolean {
    return true;
  }
}

class Box extends WidgetType {
  constructor(readonly special: Special, readonly hiddenWord: string) {
    super();
  }
  override eq(other: Box): boolean {
    return other.special.label === this.special.label && other.special.title === this.special.title;
  }
  toDOM(): HTMLElement {
    return boxOf(this.special, this.hiddenWord);
  }
  override ignoreEvent(): boolean {
    return false;
  }
}

/** Boxes for what is on screen; scanned again only for the lines in view. */
function hiddenBoxes(hiddenWord: string): Extension {
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = boxes(view, hiddenWord);
      }
      update(update: ViewUpdate): void {
        if (update.docChanged || update.viewportChanged) this.decorations = boxes(update.view, hiddenWord);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

function boxes(view: EditorView, hiddenWord: string): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    const start = view.state.doc.lineAt(from).from;
    const text = view.state.sliceDoc(start, view.state.doc.lineAt(to).to);
    for (const special of specialsIn(text)) {
      if (special.kind === "lines" || special.kind === "spaces") continue;
      const decoration = special.kind === "script"
        ? Decoration.mark({ class: styles.script, attributes: { title: special.title } })
        : Decoration.replace({ widget: new Box(special, hiddenWord) });
      // A replacement may not swallow a line break, and a lone CR is one for the editor.
      if (!/[\r\n]/.test(text.slice(special.from, special.to))) builder.add(start + special.from, start + special.to, decoration);
    }
  }
  return builder.finish();
}

function liveChanges(original: string, options: DiffEditorOptions): Extension {
  const field = StateField.define<{ changes: readonly Change[]; decorations: DecorationSet }>({
    create: (state) => drawn(original, state, options),
    update: (value, transaction) => (transaction.docChanged ? drawn(original, transaction.state, options) : value),
    provide: (own) => EditorView.decorations.from(own, (value) => value.decorations),
  });
  return [field, EditorView.updateListener.of((update) => {
    const now = update.state.field(field);
    if (now !== update.startState.field(field, false)) options.onChanges(now.changes);
  })];
}

function drawn(original: string, state: EditorState, options: DiffEditorOptions) {
  const changes = changesBetween(original, state.doc.toString());
  const builder = new RangeSetBuilder<Decoration>();
  for (const change of changes) {
    if (change.toA > change.fromA)
      builder.add(change.fromB, change.fromB, Decoration.widget({ widget: new Removed(original.slice(change.fromA, change.toA), options.hiddenWord), side: -1 }));
    if (change.toB > change.fromB) builder.add(change.fromB, change.toB, inserted);
  }
  return { changes, decorations: builder.finish() };
}

const inserted = Decoration.mark({ tagName: "ins", class: styles.inserted });

/** The editor on screen; `set` changes what is shown without losing the text. */
export function openDiffEditor(parent: HTMLElement, options: DiffEditorOptions) {
  const changes = new Compartment();
  const editable = new Compartment();
  const live = (on: boolean): Extension => (on ? liveChanges(options.original, options) : []);
  const mayEdit = (on: boolean): Extension => [EditorView.editable.of(on), EditorState.readOnly.of(!on)];
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.value,
      extensions: [
        EditorView.cspNonce.of(options.nonce),
        EditorState.lineSeparator.of("\n"),
        EditorView.lineWrapping,
        EditorView.perLineTextDirection.of(true),
        EditorView.contentAttributes.of({ "aria-label": options.label, "aria-multiline": "true", spellcheck: "true", dir: "auto" }),
        history(),
        search({ top: true }),
        keymap.of([
          { key: "Escape", run: () => (options.onLeave(), true) },
          { key: "Mod-Enter", run: () => (options.onSend(), true) },
          ...defaultKeymap.filter((binding) => binding.key !== "Mod-Enter" && binding.key !== "Escape"),
          ...historyKeymap,
          ...searchKeymap.filter((binding) => binding.key === "Mod-f"),
        ]),
        options.json ? json() : [],
        hiddenBoxes(options.hiddenWord),
        changes.of(live(options.showChanges)),
        editable.of(mayEdit(options.editable)),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    view,
    /** Puts another text in, for instance a draft from another device. */
    replace(value: string): void {
      if (value !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
    },
    set(shown: { showChanges: boolean; editable: boolean }): void {
      view.dispatch({ effects: [changes.reconfigure(live(shown.showChanges)), editable.reconfigure(mayEdit(shown.editable))] });
    },
    close: () => view.destroy(),
  };
}
