/** Everything a key can do, with the keys it has until a person changes them. */
export type ActionGroup = "decide" | "why" | "look" | "move";
/** Two actions may share a key only when they never stand on one screen. */
export type ActionPlace = "everywhere" | "review" | "queues" | "items";

interface Action {
  readonly group: ActionGroup;
  readonly place: ActionPlace;
  /** Presses ("A", "Shift V", "Ctrl Enter", "?") or sequences of two ("G Q" without modifiers). */
  readonly keys: readonly string[];
}

const action = (group: ActionGroup, place: ActionPlace, ...keys: string[]): Action => ({ group, place, keys });

const map = {
  approve: action("decide", "review", "A"),
  edit: action("decide", "review", "E"),
  reject: action("decide", "review", "R"),
  send: action("decide", "review", "Ctrl Enter"),
  undo: action("decide", "review", "Z"),

  severityMinor: action("why", "review", "1"),
  severityMajor: action("why", "review", "2"),
  severityCritical: action("why", "review", "3"),
  categories: action("why", "review", "C"),
  reason: action("why", "review", "W"),
  mark: action("why", "review", "M"),

  next: action("look", "everywhere", "J"),
  previous: action("look", "everywhere", "K"),
  isError: action("look", "review", "Y"),
  notError: action("look", "review", "N"),
  nextEvidence: action("look", "review", "V"),
  previousEvidence: action("look", "review", "Shift V"),
  compare: action("look", "review", "D"),
  raw: action("look", "review", "U"),
  nextTab: action("look", "review", "T"),

  claim: action("move", "queues", "Enter"),
  nextItem: action("move", "review", "Enter"),
  open: action("move", "items", "Enter"),
  skip: action("move", "review", "S"),
  askExpert: action("move", "review", "X"),
  goQueues: action("move", "everywhere", "G Q"),
  goItems: action("move", "everywhere", "G I"),
  goMonitoring: action("move", "everywhere", "G M"),
  goPolicy: action("move", "everywhere", "G P"),
  find: action("move", "everywhere", "Ctrl K"),
  search: action("move", "everywhere", "/"),
  help: action("move", "everywhere", "?"),
  close: action("move", "everywhere", "Esc"),
} as const satisfies Record<string, Action>;

export type ActionId = keyof typeof map;

export interface KeyAction extends Action {
  readonly id: ActionId;
  /** Acts on one key without Ctrl or ⌘, so that WCAG 2.1.4 wants a way to turn it off. */
  readonly single: boolean;
}

export const actions: readonly KeyAction[] = Object.entries(map).map(([id, one]) => ({
  ...one,
  id: id as ActionId, // the keys of `map` are the ids; Object.entries forgets that
  single: one.keys.every(isSingle),
}));

const byId = new Map(actions.map((one) => [one.id, one]));

export function actionOf(id: ActionId): KeyAction {
  const found = byId.get(id);
  if (!found) throw new Error(`no action ${id}`);
  return found;
}

/** True for keys that type something: those are quiet in text fields and can be turned off. */
export function isSingle(key: string): boolean {
  return !key.startsWith("Ctrl ") && key !== "Esc";
}
