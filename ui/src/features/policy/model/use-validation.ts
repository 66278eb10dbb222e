import { useEffect, useState } from "react";
import type { ErrorField } from "@/api/schema";
import { validate } from "../api/look-at-text";

const AFTER = 400;
const NONE: readonly ErrorField[] = [];

export interface Validation {
  /** What the server said of the last text it saw. */
  fields: readonly ErrorField[];
  warnings: readonly string[];
  isValid: boolean | null;
  /** The text is newer than what was said of it. */
  isOld: boolean;
  error: Error | null;
}

interface Said extends Omit<Validation, "isOld"> {
  yaml: string | null;
}

/** Asks the server about the text, a moment after the last key. An answer about an older text is dropped. */
export function useValidation(yaml: string): Validation & { askAgain: () => void } {
  const [said, setSaid] = useState<Said>({ yaml: null, fields: NONE, warnings: [], isValid: null, error: null });
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let isWanted = true;
    const timer = setTimeout(() => {
      validate(yaml).then(
        (found) => isWanted && setSaid({ yaml, fields: found.fields, warnings: found.warnings, isValid: found.valid, error: null }),
        (error: Error) => isWanted && setSaid((before) => ({ ...before, yaml, error })),
      );
    }, AFTER);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [yaml, again]);
  const { yaml: asked, ...rest } = said;
  return { ...rest, isOld: asked !== yaml, askAgain: () => setAgain((count) => count + 1) };
}
