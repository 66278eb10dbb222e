/** From a key event to the action it means: guards, sequences, layers. No framework, one instance per window. */
import { type ActionId, actions, isSingle } from "./actions";
import { type Bindings, keysOf } from "./bindings";
import { type KeyPress, pressOf } from "./press";

export type KeyHandlers = Partial<Record<ActionId, (event: KeyboardEvent) => void>>;

export interface Layer {
  handlers: KeyHandlers;
  enabled: boolean;
  /** Belongs to an open dialog and acts in spite of it. */
  inDialog: boolean;
}

/** How long the second key of a sequence is waited for. */
export const SEQUENCE_MS = 1_000;

const TEXT_INPUTS = new Set(["text", "search", "url", "email", "password", "number", "tel", "date", "time", "datetime-local", "month", "week"]);

/** True where letters are text. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("[contenteditable='true'],[contenteditable='']") !== null) return true;
  if (target instanceof HTMLInputElement) return TEXT_INPUTS.has(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.closest("[role=menu],[role=listbox],[role=combobox]") !== null;
}

const isPressable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("button,a[href],summary,[role=button],[role=tab],[role=radio]") !== null;

export function dialogIsOpen(root: ParentNode = document): boolean {
  return root.querySelector("[role=dialog],[role=alertdialog]") !== null;
}

type Guarded = KeyPress & Pick<KeyboardEvent, "repeat" | "isComposing" | "target" | "keyCode">;

/** Whether a single key may act: no text field, no repeat, no input method at work. */
export function singleMayAct(event: Guarded, press: string): boolean {
  if (event.repeat || event.isComposing || event.keyCode === 229) return false;
  if (isTextField(event.target)) return false;
  return !(press === "Enter" && isPressable(event.target));
}

export class KeyDispatcher {
  private readonly layers: Layer[] = [];
  private pending: { first: string; until: number } | null = null;
  settings: Bindings = { single: true, bindings: {} };

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly dialogOpen: () => boolean = dialogIsOpen,
  ) {}

  /** Puts a layer on top of the others; returns how to take it away. */
  add(layer: Layer): () => void {
    this.layers.push(layer);
    return () => {
      const at = this.layers.indexOf(layer);
      if (at >= 0) this.layers.splice(at, 1);
    };
  }

  /** Runs the topmost handler the event means. Returns true, and stops the browser's own, if there was one. */
  readonly handle = (event: KeyboardEvent): boolean => {
    if (event.defaultPrevented) return false;
    const press = pressOf(event);
    if (press === null || ["Shift", "Control", "Meta"].includes(event.key)) return false;
    const pending = this.pending !== null && this.now() <= this.pending.until ? this.pending.first : null;
    this.pending = null;
    if (pending !== null && isSingle(press) && singleMayAct(event, press) && this.run(`${pending} ${press}`, event)) return true;
    if (isSingle(press) && !singleMayAct(event, press)) return false;
    if (event.isComposing || event.repeat) return false;
    if (this.run(press, event)) return true;
    if (isSingle(press) && this.startsSequence(press)) this.pending = { first: press, until: this.now() + SEQUENCE_MS };
    return false;
  };

  private run(key: string, event: KeyboardEvent): boolean {
    const open = this.dialogOpen();
    const wanted = actions.filter((one) => keysOf(one.id, this.settings).includes(key));
    for (let at = this.layers.length - 1; at >= 0; at--) {
      const layer = this.layers[at];
      if (!layer?.enabled || (open && !layer.inDialog)) continue;
      for (const { id } of wanted) {
        const handler = layer.handlers[id];
        if (!handler) continue;
        event.preventDefault();
        handler(event);
        return true;
      }
    }
    return false;
  }

  private startsSequence(press: string): boolean {
    return actions.some((one) => keysOf(one.id, this.settings).some((key) => key.startsWith(`${press} `) && !key.startsWith("Shift ")));
  }
}
