import { type Document, isMap, isScalar, isSeq, parseDocument, visit } from "yaml";
import type { CategoriesOut, CategoryUse } from "@/api/schema";

/** One kind of error of a policy, what refers to it, and how often it was named. */
export interface CategoryRow {
  name: string;
  severity: string;
  tolerate: string | null;
  /** Rules that name it: by `category`, or by `found('...')` in a condition. */
  usedBy: string[];
  use: CategoryUse | null;
  /** The whole interval lies above what is tolerated. */
  isAbove: boolean;
  /** Named in reviews, and no longer in the policy. */
  isGone: boolean;
}

const documentOf = (yaml: string): Document => parseDocument(yaml, { uniqueKeys: false, logLevel: "silent" });
const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** `1%` and `0.01` as a number. */
export function shareOf(written: string | null): number | null {
  if (written === null || written.trim() === "") return null;
  const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(written)?.[1];
  const number = percent === undefined ? Number(written) : Number(percent) / 100;
  return Number.isFinite(number) && number >= 0 && number <= 1 ? number : null;
}

/** The errors of a policy, in its own order; then those only reviews still know. */
export function categoryRows(yaml: string, uses: CategoriesOut | null): CategoryRow[] {
  const document = documentOf(yaml);
  const group = document.get("categories");
  const named = new Map((uses?.data ?? []).map((use) => [use.category, use]));
  const own = isMap(group) ? group.items : [];
  const rows = own.map(({ key, value }): CategoryRow => {
    const name = text(isScalar(key) ? key.value : key);
    const severity = isMap(value) ? text(value.get("severity")) : "";
    const tolerate = isMap(value) && value.has("tolerate") ? text(value.get("tolerate")) : null;
    const use = named.get(name) ?? null;
    const limit = shareOf(tolerate);
    return {
      name, severity: severity === "" ? "major" : severity, tolerate, use, isGone: false,
      usedBy: usersOf(document, name),
      isAbove: limit !== null && use !== null && use.low !== null && use.low > limit,
    };
  });
  const known = new Set(rows.map(({ name }) => name));
  const gone = [...named.values()].filter(({ category }) => !known.has(category));
  return [...rows, ...gone.map((use): CategoryRow => ({ name: use.category, severity: "", tolerate: null, usedBy: [], use, isAbove: false, isGone: true }))];
}

function usersOf(document: Document, name: string): string[] {
  const found: string[] = [];
  const asked = [`found('${name}')`, `found("${name}")`];
  for (const list of ["block", "review"]) {
    const rules = document.get(list);
    if (!isSeq(rules)) continue;
    for (const rule of rules.items) {
      if (!isMap(rule)) continue;
      const when = text(rule.get("when"));
      if (text(rule.get("category")) === name || asked.some((call) => when.includes(call))) found.push(text(rule.get("name")));
    }
  }
  visit(document, {
    Pair: (_, pair) => {
      if (isScalar(pair.key) && pair.key.value === "on" && isScalar(pair.value) && asked.some((call) => text(isScalar(pair.value) ? pair.value.value : "").includes(call)))
        found.push("bands");
    },
  });
  return found;
}

