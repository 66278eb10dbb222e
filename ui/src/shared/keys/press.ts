/** What a key event says, in the words of the key map. */

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

const NAMED: Readonly<Record<string, string>> = { Enter: "Enter", Escape: "Esc" };

/**
 * The name of a press, such as "A", "Shift V", "Ctrl Enter", "?" or "1"; null for what can never be bound.
 * Letters go by what is printed on the key, by position where the layout is not Latin; digits go by position.
 */
export function pressOf(event: KeyPress): string | null {
  if (event.altKey) return null;
  const base = baseOf(event);
  if (base === null) return null;
  const shifted = event.shiftKey && (/^[A-Z]$/.test(base) || base.length > 1);
  return `${event.ctrlKey || event.metaKey ? "Ctrl " : ""}${shifted ? "Shift " : ""}${base}`;
}

function baseOf({ key, code, shiftKey }: KeyPress): string | null {
  const named = NAMED[key];
  if (named) return named;
  if ([...key].length !== 1 || key === " ") return null;
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  // On AZERTY a digit needs Shift; on QWERTZ Shift and 7 is a slash.
  if (digit !== undefined && (!shiftKey || key === digit)) return digit;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined && /\p{L}/u.test(key)) return letter;
  return key.toUpperCase();
}
