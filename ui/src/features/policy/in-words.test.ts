import { expect, it } from "vitest";
import { partsOf } from "./in-words";

const YAML = `
policy: 1
block:
  - {name: toxic, when: "failed('toxicity')", category: unsafe}
review:
  - {name: large_amount, when: "metadata.amount >= 50000", queue: senior, requires: two_person, high_stakes: true}
bands:
  on: confidence
  rows:
    - {above: 0.92, then: release, uncertified: true}
    - {above: {certified: 2%}, then: release}
    - {from: 0.70, queue: junior}
    - {queue: senior}
autonomy: {segments: {"claims:decision_letter": exception}, capped: ["claims:denial_letter"]}
queues:
  junior: {level: junior, skills: [claims], deadline: 4h, at_breach: {elevate: senior}}
  senior: {level: senior, deadline: 8h, at_breach: fallback, reviews: 2}
pending: {show: draft}
`;

it("takes a policy apart", () => {
  const parts = partsOf(YAML);
  expect(parts.blocks).toMatchObject([{ name: "toxic", when: "failed('toxicity')" }]);
  expect(parts.reviews).toMatchObject([{ queue: "senior", isHighStakes: true, requires: "two_person" }]);
  expect(parts.bands.map((one) => [one.above, one.certified, one.from, one.isRelease, one.isUncertified, one.queue])).toEqual([
    ["0.92", null, null, true, true, null],
    [null, "2%", null, true, false, null],
    [null, null, "0.7", false, false, "junior"],
    [null, null, null, false, false, "senior"],
  ]);
  expect(parts.queues.map((one) => one.atBreach)).toEqual([{ kind: "elevate", to: "senior" }, { kind: "fallback" }]);
  expect(parts).toMatchObject({ capped: ["claims:denial_letter"], pending: "draft", notRun: "review" });
});

it("reads the empty policy: every item goes to a person", () => {
  expect(partsOf("policy: 1")).toMatchObject({ blocks: [], reviews: [], bands: [], queues: [], pending: "nothing" });
});

it("refuses a bomb of aliases", () => {
  expect(() => partsOf("a: &a [1]\nb: [*a, *a]")).toThrow();
});
