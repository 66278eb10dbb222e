import { describe, expect, it } from "vitest";
import type { ScoreOut } from "@/api/schema";
import { findingOn, letter, letterAssignment, letterScores } from "../testing/items";
import { deadlineState, minutesToSay } from "./deadline";
import { asGiven, draftOf, DraftStore, emptyDraft, fieldsOf, openDraft } from "./draft";
import { PassageIndex, sentencesOf } from "./evidence";
import { checksSummary, findingStates, marksOf, newFindings, shownFindings, weakestFirst } from "./findings";
import { meaningChanges, reasonAsked, suggestedCategories } from "./meaning";
import { needsOf, notRechecked, severityOf } from "./needs";
import { differs, editableText, readableText, withText } from "@/shared/content/output";

describe("meaningChanges", () => {
  it.each([
    ["an amount", "We pay EUR 150.", "We pay EUR 300.", "number"],
    ["a sign", "Balance −150", "Balance 150", "number"],
    ["a percentage", "a share of 5%", "a share of 50%", "number"],
    ["a decimal point", "dose 1.5 mg", "dose 15 mg", "number"],
    ["a number word", "within three parts", "within four parts", "number"],
    ["a date", "paid on 3 November", "paid on 4 November", "date"],
    ["an ISO date", "on 2026-11-03", "on 2026-11-30", "date"],
    ["a German date", "am 3. November", "am 13. November", "date"],
    ["a period", "write within 14 days", "write within one month", "date"],
    ["a weekday", "by Friday", "by Monday", "date"],
    ["a negation", "This is covered.", "This is not covered.", "negation"],
    ["a contracted negation", "We can pay.", "We can't pay.", "negation"],
    ["a German negation", "Das ist gedeckt.", "Das ist nicht gedeckt.", "negation"],
    ["a French negation", "Nous payons.", "Nous ne payons pas.", "negation"],
    ["a without", "with excess", "without excess", "negation"],
    ["a name", "the letter of Ms Aydin says", "the letter of Ms Aydan says", "entity"],
    ["a place", "a flat in Bremen burnt", "a flat in Hamburg burnt", "entity"],
    ["a code", "claim CLM-48213 is open", "claim CLM-48231 is open", "number"],
    ["an address", "see https://a.example/x", "see https://b.example/x", "entity"],
  ])("sees %s", (_name, before, after, kind) => expect(meaningChanges(before, after)).toContain(kind));

  it.each([
    ["nothing", "a", "a"], ["a comma", "We pay it ,now", "We pay it, now"], ["tone", "we regret the trouble", "we are sorry for the trouble"],
    ["space", "We will pay it .", "We will pay it."], ["a capital at the start", "thank you", "Thank you"],
  ])("does not ask for %s", (_name, before, after) => expect(meaningChanges(before, after)).toEqual([]));
});

describe("reasonAsked", () => {
  it.each([
    ["edit", "when_changed", null, ["number"], "number"], ["edit", "when_changed", null, [], null], ["edit", "when_changed", "major", [], "severity"],
    ["edit", "when_changed", "minor", [], null], ["reject", "when_changed", "critical", [], "severity"], ["reject", "when_changed", "minor", [], null],
    ["approve", "when_changed", "major", [], null], ["approve", "always", null, [], "always"], ["reject", "never", "critical", [], null],
  ] as const)("%s under %s, severity %s, changes %j: %s", (verdict, reason, severity, changes, wanted) =>
    expect(reasonAsked(verdict, { reason }, severity, changes)).toBe(wanted),
  );
  it("points to a category only when exactly one fits", () => {
    expect(suggestedCategories(["number"], ["wrong_amount", "tone"])).toEqual(["wrong_amount"]);
    expect(suggestedCategories(["number"], ["wrong_amount", "wrong_sum"])).toEqual([]);
  });
});

describe("needsOf", () => {
  const assignment = letterAssignment();
  const edit = (text: string, part = {}) => needsOf("edit", assignment, { ...emptyDraft, text, ...part }, notRechecked);
  it("lets an approval go at once", () => expect(needsOf("approve", assignment, emptyDraft, notRechecked).open).toEqual([]));
  it("asks for a change, then for a reason when a number changed", () => {
    expect(edit(letter).open).toEqual(["change"]);
    expect(edit(letter.replace("150.00", "300.00"))).toMatchObject({ open: ["reason"], reason: "number" });
    expect(edit(letter.replace("150.00", "300.00"), { reason: "own excess" }).open).toEqual([]);
    expect(edit(letter.replace("We are sorry for", "We regret")).open).toEqual([]);
  });
  it("takes the severity of a reject from its categories, as the server does", () => {
    expect(needsOf("reject", assignment, emptyDraft, notRechecked).open).toEqual(["severity"]);
    const named = { ...emptyDraft, categories: ["tone", "wrong_amount"] };
    expect(severityOf(named, assignment.form)).toBe("major");
    expect(needsOf("reject", assignment, named, notRechecked)).toMatchObject({ open: ["reason"], reason: "severity" });
  });
  it("sends a failing edit only with an override", () => {
    const text = letter.replace("We are sorry for", "We regret");
    const failing = { state: "done" as const, text, scores: [{ ...(letterScores[0] as ScoreOut), name: "tone", result: "fail" }], failed: ["tone"] };
    expect(needsOf("edit", assignment, { ...emptyDraft, text }, failing).open).toEqual(["override"]);
    expect(needsOf("edit", assignment, { ...emptyDraft, text, override: "quoted law" }, failing).open).toEqual([]);
    expect(needsOf("edit", assignment, { ...emptyDraft, text: `${text} ` }, failing).open).toEqual([]);
    expect(needsOf("edit", assignment, { ...emptyDraft, text }, { ...failing, failed: [] }).open).toEqual([]);
  });
  it("refuses text that is not JSON where JSON is due", () => {
    const json = { ...assignment, item: { ...assignment.item, output: { type: "json" as const, value: { a: 1 } } } };
    expect(needsOf("edit", json, { ...emptyDraft, text: "{ a: 1 }" }, notRechecked).open).toEqual(["valid"]);
    expect(needsOf("edit", json, { ...emptyDraft, text: '{"a":1}' }, notRechecked).open).toEqual(["change"]);
  });
});

describe("outputs", () => {
  it("reads JSON and calls in canonical form", () => {
    expect(readableText({ type: "json", value: { b: [1, "x"], a: null } })).toBe('{"a":null,"b":[1,"x"]}');
    expect(readableText({ type: "tool_call", name: "pay", arguments: { sum: 900 } })).toBe('{"arguments":{"sum":900},"name":"pay"}');
    expect(readableText({ type: "message", role: "assistant", content: null })).toBe("");
  });
  it("puts an edited text back where it came from", () => {
    expect(withText({ type: "message", role: "assistant", content: "a", tool_calls: [{ id: "1" }] }, "b")).toEqual({ ok: true, output: { type: "message", role: "assistant", content: "b", tool_calls: [{ id: "1" }] } });
    expect(withText({ type: "tool_call", name: "pay", arguments: {} }, '{"sum": 1}')).toEqual({ ok: true, output: { type: "tool_call", name: "pay", arguments: { sum: 1 } } });
    expect(withText({ type: "tool_call", name: "pay", arguments: {} }, "[1]").ok).toBe(false);
    expect(withText({ type: "json", value: 1 }, '{"a": 1,\n"a": 2}')).toEqual({ ok: false, line: 2, message: '"a"' });
  });
  it("knows formatting from change", () => {
    const output = { type: "json" as const, value: { a: 1 } };
    expect(differs(output, editableText(output))).toBe(false);
    expect(differs(output, '{"a":1}')).toBe(false);
    expect(differs(output, '{"a":2}')).toBe(true);
    expect(differs(output, null)).toBe(false);
  });
});

describe("drafts", () => {
  const original = { type: "text" as const, text: "one" };
  const server = (text: string, at: string) => ({ saved_at: at, review: { verdict: "edit" as const, output: { type: "text" as const, text } } });
  const kept = (text: string, at: string, given: string | null = null) => ({ draft: { ...emptyDraft, text }, editedAt: Date.parse(at), given });

  it("opens with what there is", () => {
    expect(openDraft(null, null)).toEqual({ draft: emptyDraft, newer: null });
    expect(openDraft(null, server("two", "2026-11-21T10:00:00.000Z"))).toMatchObject({ draft: { text: "two", verdict: "edit" }, newer: null });
    expect(openDraft(kept("two", "2026-11-21T10:00:00.000Z"), null)).toMatchObject({ draft: { text: "two" }, newer: null });
  });
  it("asks when another device saved later", () => {
    const theirs = server("three", "2026-11-21T10:31:00.000Z");
    expect(openDraft(kept("two", "2026-11-21T10:00:00.000Z"), theirs)).toMatchObject({ draft: { text: "two" }, newer: theirs });
  });
  it("does not ask about what this browser gave itself, nor about what is older", () => {
    const theirs = server("two", "2026-11-21T10:31:00.000Z");
    const given = JSON.stringify(draftOf(theirs.review));
    expect(openDraft(kept("two and more", "2026-11-21T10:00:00.000Z", given), theirs).newer).toBeNull();
    expect(openDraft(kept("two", "2026-11-21T11:00:00.000Z"), server("three", "2026-11-21T10:31:00.000Z")).newer).toBeNull();
  });
  it("travels and comes back the same", () => {
    const draft = { ...emptyDraft, verdict: "edit" as const, text: "two", severity: "major" as const, categories: ["tone"], reason: "why", findings: { "a/0": "error" as const }, passages: { p: "used" as const }, spans: [{ start: 0, end: 2, category: "tone" }] };
    expect(draftOf(fieldsOf(draft, original))).toEqual(draft);
    expect(asGiven(draft, original)).toBe(JSON.stringify(draft));
  });
  it("leaves out an edit that is not JSON yet", () => {
    expect(fieldsOf({ ...emptyDraft, text: "{" }, { type: "json", value: 1 }).output).toBeNull();
  });
  it("is kept for seven days, also when the storage is broken or full", () => {
    const store = new DraftStore(window.localStorage);
    store.write("x", kept("two", "2026-11-14T10:00:00.000Z"));
    expect(store.read("x")?.draft.text).toBe("two");
    store.clean(Date.parse("2026-11-21T09:00:00.000Z"));
    expect(store.read("x")).not.toBeNull();
    store.clean(Date.parse("2026-11-21T11:00:00.000Z"));
    expect(store.read("x")).toBeNull();
    window.localStorage.setItem("handrail.draft.y", "{broken");
    expect(store.read("y")).toBeNull();
    expect(new DraftStore(null).write("x", kept("two", "2026-11-14T10:00:00.000Z"))).toBe(false);
  });
});

describe("findings", () => {
  const assignment = letterAssignment();
  const found = shownFindings(assignment.scores, letter, assignment.item.context);
  it("are numbered in text order, at the right words", () => {
    expect(found.map((one) => [one.number, one.range && letter.slice(one.range.from, one.range.to)])).toEqual([[1, "− EUR 150.00"], [2, "\u200b"], [3, "within 14 days"]]);
    expect(found[0]).toMatchObject({ title: "Excess differs from the policy", key: "excess_matches_policy/0" });
    expect(found[0]?.detail).toMatch(/^The letter takes off EUR 150\./);
  });
  it("count code points, so that an emoji before them moves nothing", () => {
    const text = "😀😀 EUR 5";
    const scores = [{ ...(letterScores[0] as ScoreOut), findings: [findingOn(text, "EUR 5", {})] }];
    const [one] = shownFindings(scores, text, []);
    expect(one?.range && text.slice(one.range.from, one.range.to)).toBe("EUR 5");
  });
  it("bring the evidence in the passage", () => {
    const evidence = found[0]?.evidence[0];
    const passage = assignment.item.context?.[evidence?.passage ?? -1];
    expect(passage?.text.slice(evidence?.range.from, evidence?.range.to)).toBe("for damage by escaping tap water EUR 300");
  });
  it("can be met weakest first", () => expect(weakestFirst(found).map((one) => one.number)).toEqual([1, 3, 2]));
  it("mark only what has a place", () => expect(marksOf(found, (one) => `finding ${one.number}`).map((mark) => mark.spoken)).toEqual(["finding 1", "finding 2", "finding 3"]));
  it("sum up what passed and what did not run", () => {
    const checks = checksSummary(assignment.scores);
    expect([checks.passed.length, checks.notRun.map((one) => one.name), checks.hidden]).toEqual([9, ["sanctions_list"], false]);
    expect(checksSummary(null).hidden).toBe(true);
  });
  it("are fixed when their check ran again and no longer says it", () => {
    const edited = letter.replace("within 14 days", "within one month");
    const again = letterScores.map((score) => (score.name === "periods_in_context" ? { ...score, result: "pass", findings: [] } : score));
    expect([...findingStates(found, letter, edited, again).values()]).toEqual(["open", "open", "fixed"]);
  });
  it("are still open when their words only moved", () => {
    const edited = `Good day.\n\n${letter}`;
    const again = letterScores.map((score) => ({ ...score, findings: score.findings.map((one) => ({ ...one, start: (one.start ?? 0) + 11, end: (one.end ?? 0) + 11 })) }));
    expect([...findingStates(found, letter, edited, again).values()]).toEqual(["open", "open", "open"]);
    expect(newFindings(found, letter, edited, again)).toEqual([]);
  });
  it("are changed when their check cannot run again but the words are gone", () => {
    const edited = letter.replace("within 14 days", "soon");
    expect([...findingStates(found, letter, edited, null).values()]).toEqual(["open", "open", "changed"]);
  });
  it("are new when the edit brought them", () => {
    const edited = `${letter} We guarantee it.`;
    const again = [{ ...(letterScores[0] as ScoreOut), name: "promises", findings: [findingOn(edited, "guarantee", { reason: "A guarantee" })] }];
    expect(newFindings(found, letter, edited, again)).toEqual([{ check: "promises", reason: "A guarantee", severity: "major" }]);
  });
});

describe("evidence by shared words", () => {
  const passages = ["Excess EUR 150 for each claim; for damage by escaping tap water EUR 300.", "The policyholder may object in writing within one month.", "Oak parquet, 14 square metres."];
  const index = new PassageIndex(passages);
  it("finds the passage that speaks about a sentence, and the place in it", () => {
    const [best] = index.best("You can object in writing within 14 days of this letter.");
    expect(best?.passage).toBe(1);
    expect(passages[1]?.slice(best?.range.from, best?.range.to)).toBe(passages[1]);
  });
  it("finds where a passage is used", () => {
    const output = "We pay the parquet floor of oak. You may object within one month in writing.";
    const sentences = sentencesOf(output);
    expect(index.uses(1, output, sentences, 1).map((range) => output.slice(range.from, range.to))).toEqual(["You may object within one month in writing."]);
  });
  it("is silent where nothing is shared", () => {
    expect(index.best("Kind regards")).toEqual([]);
    expect(new PassageIndex([]).best("anything")).toEqual([]);
    expect(index.support("…")).toBeNull();
  });
  it("splits lines and sentences without the space around them", () => {
    const text = "One. Two!\n\n  Three\nfour";
    expect(sentencesOf(text).map((range) => text.slice(range.from, range.to))).toEqual(["One.", "Two!", "Three", "four"]);
  });
});

describe("deadlines", () => {
  const minute = 60_000;
  it.each([[null, 0, "none"], [60 * minute, 0, "far"], [60 * minute, 49 * minute, "near"], [60 * minute, 51 * minute, "near"], [60 * minute, 60 * minute, "over"], [600 * minute, 470 * minute, "far"], [600 * minute, 490 * minute, "near"]])(
    "due at %s, now %s: %s",
    (due, now, state) => expect(deadlineState(due, 0, now)).toBe(state),
  );
  it("says five minutes and one minute, once each", () => {
    expect(minutesToSay(5.1 * minute, 4.9 * minute)).toBe(5);
    expect(minutesToSay(4.9 * minute, 4.8 * minute)).toBeNull();
    expect(minutesToSay(1.1 * minute, 0.9 * minute)).toBe(1);
    expect(minutesToSay(10 * minute, 0.5 * minute)).toBe(1);
    expect(minutesToSay(0.1 * minute, -1)).toBeNull();
  });
});
