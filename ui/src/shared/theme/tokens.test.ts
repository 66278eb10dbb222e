import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { borderPairs, dark, light, textPairs, type Token } from "./tokens";

/** Relative luminance after WCAG 2.2 of `#RRGGBB`. */
function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const [red = 0, green = 0, blue = 0] = parts;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

it("computes contrast as WCAG does", () => {
  expect(contrast("#000000", "#FFFFFF")).toBe(21);
  expect(contrast("#777777", "#FFFFFF")).toBeCloseTo(4.48, 2);
});

const themes: [string, Record<Token, string>][] = [
  ["light", light],
  ["dark", dark],
];

describe.each(themes)("%s", (_name, tokens) => {
  it.each(textPairs)("%s on %s can be read", (ink, ground) => {
    expect(contrast(tokens[ink], tokens[ground])).toBeGreaterThanOrEqual(4.5);
  });
  it.each(borderPairs)("%s on %s can be seen", (line, ground) => {
    expect(contrast(tokens[line], tokens[ground])).toBeGreaterThanOrEqual(3);
  });
});

const SRC = join(import.meta.dirname, "../..");
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" });
const styleSheets = files.filter((name) => name.endsWith(".css"));
/** Variables that components set on their own elements, in a style sheet or in code. */
const setByComponents = files
  .filter((name) => /\.(tsx|module\.css)$/.test(name))
  .flatMap((name) => [...readFileSync(join(SRC, name), "utf8").matchAll(/["'`\s]--([a-z][a-z0-9-]*)["'`]?\s*[:\]]/g)])
  .map((match) => match[1] ?? "");

it("finds style sheets to look at", () => expect(styleSheets.length).toBeGreaterThan(5));

describe.each(styleSheets)("%s", (name) => {
  const text = readFileSync(join(SRC, name), "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "");
  it("names no colour", () => {
    expect(text.match(/#[0-9a-f]{3,8}\b(?!\s*\{)|\b(?:rgba?|hsla?|oklch|lab)\(/gi)).toBeNull();
  });
  it("uses no token that does not exist", () => {
    const used = [...text.matchAll(/var\(--([a-z][a-z0-9-]*)/g)].map((match) => match[1] ?? "");
    const known = new Set([
      ...Object.keys(light),
      ...setByComponents,
      ...["ui", "serif", "code", "read", "read-size", "read-line", "read-width"],
      ...["radius-pill", "radius-control", "radius-verdict", "radius-card"],
    ]);
    expect(used.filter((token) => !known.has(token) && !token.startsWith("mantine-"))).toEqual([]);
  });
});
