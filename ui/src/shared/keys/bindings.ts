/** Which keys act now: the defaults, changed by a person's settings. */
import type { KeySettings } from "@/shared/settings/settings";
import { type ActionId, actionOf, actions, isSingle, type KeyAction } from "./actions";

/** Kept free of the settings' other parts, so that tests and stories need no more. */
export type Bindings = Pick<KeySettings, "single" | "bindings">;
export type Refusal = "reserved" | "taken" | "unknown";

const chosen = (action: KeyAction, settings: Bindings): readonly string[] => {
  const own = settings.bindings[action.id];
  if (own === undefined) return action.keys;
  return own === "" ? [] : [own];
};

/** The keys that act for `id`: empty when it is turned off, or single and all single keys are off. */
export function keysOf(id: ActionId, settings: Bindings): readonly string[] {
  return chosen(actionOf(id), settings).filter((key) => settings.single || !isSingle(key));
}

const CTRL_TAKEN = new Set([..."ACFLNPRSTVWXZ0123456789"]);

/** Keys that reading, scrolling, browsers and screen readers need. */
export function isReserved(key: string): boolean {
  if (/^(Tab|Space|Arrow\w*|Page\w*|Home|End|Backspace|Insert|CapsLock|F\d{1,2})$/.test(key)) return true;
  if (key.includes("Alt")) return true;
  if (/^Ctrl Shift [A-Z]$/.test(key)) return true;
  const ctrl = /^Ctrl (.)$/.exec(key)?.[1];
  return ctrl !== undefined && CTRL_TAKEN.has(ctrl);
}

const isKey = (key: string): boolean =>
  /^(Ctrl )?(Shift )?([A-Z]|Enter|Esc)$/.test(key) || /^(Ctrl )?\S$/u.test(key) || /^[A-Z] [A-Z0-9]$/.test(key);

const meet = (one: KeyAction, other: KeyAction): boolean =>
  one.place === other.place || one.place === "everywhere" || other.place === "everywhere";

/** A sequence and its first key alone cannot both act. */
const clash = (one: string, other: string): boolean => one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `);

/** Why `key` may not be chosen for `id`; null if it may. "" turns the action off and is always allowed. */
export function refusal(id: ActionId, key: string, settings: Bindings): Refusal | null {
  if (key === "") return null;
  if (isReserved(key)) return "reserved";
  if (!isKey(key)) return "unknown";
  const action = actionOf(id);
  const taken = actions.some(
    (other) => other.id !== id && meet(action, other) && chosen(other, settings).some((one) => clash(one, key)),
  );
  return taken ? "taken" : null;
}
