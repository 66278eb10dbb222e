import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { categoryRows, shareOf } from "./categories";
import { withCategory, withoutCategory } from "./change-category";

const YAML = `# who wrote this
policy: 1
categories:   # what can be wrong
  tone: {severity: minor}   # mild
  unsafe:
    severity: critical   # the worst
    tolerate: 0.1%
  format:
block:      # nothing else moves
  - {name: bad, when: "confidence < 0.1", category: unsafe}
review:
  - {name: rude, when: "found('tone')"}
`;
const named = (category: string, low: number | null) => ({ category, reviews: 7, audits: 3, share: 0.03, low, high: 0.1 });
const uses = (low: number | null) => ({ since: "2026-10-22T00:00:00.000Z", reviews: 9, audits: 100, level: 0.95, data: [named("unsafe", low), named("old", null)] });

describe("errors of a policy", () => {
  it("lists them with what refers to them, and those only reviews know", () => {
    expect(categoryRows(YAML, uses(0.02))).toMatchObject([
      { name: "tone", severity: "minor", tolerate: null, usedBy: ["rude"], use: null, isAbove: false },
      { name: "unsafe", severity: "critical", tolerate: "0.1%", usedBy: ["bad"], isAbove: true },
      { name: "format", severity: "major" },
      { name: "old", isGone: true },
    ]);
    expect(categoryRows(YAML, uses(0.0005))[1]).toMatchObject({ isAbove: false });
  });

  it.each([
    ["tone", "major", "1%", "{severity: minor}", "{severity: major, tolerate: 1%}"],
    ["tone", "major", "", "{severity: minor}", "{severity: major}"],
    ["unsafe", "minor", "2%", "severity: critical   # the worst\n    tolerate: 0.1%", "severity: minor   # the worst\n    tolerate: 2%"],
    ["unsafe", "critical", null, "    tolerate: 0.1%\n", ""],
    ["format", "minor", null, "  format:\n", "  format: {severity: minor}\n"],
    ["style", "minor", "5%", "  format:\n", "  format:\n  style: {severity: minor, tolerate: 5%}\n"],
  ])("%s to %s, %s: only its own words change", (name, severity, tolerate, before, after) => {
    expect(withCategory(YAML, name, severity, tolerate)).toBe(YAML.replace(before, after));
  });

  it.each([
    ["policy: 1", "policy: 1\ncategories:\n  tone: {severity: minor}\n"],
    ["", "categories:\n  tone: {severity: minor}\n"],
    ["{policy: 1}\n", "{policy: 1, categories: {tone: {severity: minor}}}\n"],
    ["policy: 1\ncategories:\nnot_run: ignore\n", "policy: 1\ncategories: {tone: {severity: minor}}\nnot_run: ignore\n"],
    ["policy: 1\ncategories: {}\n", "policy: 1\ncategories: {tone: {severity: minor}}\n"],
    ["policy: 1\ncategories: {a: {}, b: {}}\n", "policy: 1\ncategories: {a: {}, b: {}, tone: {severity: minor}}\n"],
    ["policy: 1\ncategories: {tone}\n", "policy: 1\ncategories: {tone: {severity: minor}}\n"],
    ["policy: 1\ncategories:\n  tone:\n    tolerate: 1%\nnot_run: ignore\n", "policy: 1\ncategories:\n  tone:\n    severity: minor\nnot_run: ignore\n"],
  ])("%j gets one", (before, after) => {
    expect(withCategory(before, "tone", "minor", null)).toBe(after);
  });

  it("changes both values whichever stands first", () => {
    const turned = "policy: 1\ncategories:\n  tone:\n    tolerate: 1%\n    severity: minor\n";
    expect(parse(withCategory(turned, "tone", "critical", "0.25%"))).toMatchObject({ categories: { tone: { severity: "critical", tolerate: "0.25%" } } });
  });

  it.each([
    [YAML, "tone", YAML.replace("  tone: {severity: minor}   # mild\n", "")],
    [YAML, "unsafe", YAML.replace("  unsafe:\n    severity: critical   # the worst\n    tolerate: 0.1%\n", "")],
    ["categories: {a: {}, b: {}, c: {}}", "b", "categories: {a: {}, c: {}}"],
    ["categories: {a: {}, b: {}}", "b", "categories: {a: {}}"],
    ["categories:\n  a: {}\nnot_run: ignore\n", "a", "categories: {}\nnot_run: ignore\n"],
    [YAML, "nothing", YAML],
  ])("takes one away", (before, name, after) => {
    expect(withoutCategory(before, name)).toBe(after);
  });

  it("touches no text with faults", () => {
    expect(() => withCategory("policy: [", "tone", "minor", null)).toThrow();
  });

  it("reads shares", () => {
    expect([shareOf("1%"), shareOf("0.5"), shareOf("2"), shareOf("much"), shareOf(null)]).toEqual([0.01, 0.5, null, null, null]);
  });
});
