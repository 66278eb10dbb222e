import { describe, expect, it } from "vitest";

type Words = { [key: string]: string | Words };

const files: Record<string, { default: Words }> = {
  ...import.meta.glob<{ default: Words }>("../features/*/locales/*.json", { eager: true }),
  ...import.meta.glob<{ default: Words }>("../shared/**/locales/*.json", { eager: true }),
};

/** `a.b.c` of every word, with its text. */
function flat(words: Words, prefix = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
  );
}

const placeholders = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1]).sort();
const english = Object.keys(files).filter((path) => path.endsWith("/en.json"));

it("finds the words of every feature", () => expect(english.length).toBeGreaterThanOrEqual(9));

describe.each(english)("%s", (path) => {
  const en = new Map(flat(files[path]?.default ?? {}));
  const de = new Map(flat(files[path.replace("/en.json", "/de.json")]?.default ?? {}));

  it("is complete in German, and German has nothing else", () => {
    expect([...de.keys()].sort()).toEqual([...en.keys()].sort());
  });
  it("fills in the same things", () => {
    for (const [key, text] of en) expect([key, placeholders(de.get(key) ?? "")]).toEqual([key, placeholders(text)]);
  });
  it("has no empty words", () => {
    expect([...en, ...de].filter(([, text]) => text.trim() === "")).toEqual([]);
  });
  it("has both numbers of whatever is counted", () => {
    const counted = [...en.keys()].filter((key) => key.endsWith("_one")).map((key) => key.slice(0, -4));
    expect(counted.filter((key) => !en.has(`${key}_other`))).toEqual([]);
  });
});
