/** Unfinished work on a policy, kept in this browser by project. */
export interface PolicyDraft {
  yaml: string;
  /** The version it was started from. */
  base: number;
  /** When it was last changed. */
  at: string;
}

const keyOf = (project: string) => `handrail.policy-draft.${project}`;

export function readDraft(project: string): PolicyDraft | null {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(keyOf(project)) ?? "null");
    if (typeof kept !== "object" || kept === null) return null;
    const { yaml, base, at } = kept as Record<string, unknown>;
    return typeof yaml === "string" && typeof base === "number" && typeof at === "string" ? { yaml, base, at } : null;
  } catch {
    return null;
  }
}

/** False where the browser keeps nothing, so that the page can say so. */
export function keepDraft(project: string, draft: PolicyDraft): boolean {
  try {
    window.localStorage.setItem(keyOf(project), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(project: string): void {
  window.localStorage.removeItem(keyOf(project));
}
