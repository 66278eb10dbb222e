import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { startI18n } from "@/app/i18n";
import { type Format, makeFormat, nameOf, regionOf } from "./format";

let format: Format;
beforeAll(async () => {
  await startI18n("en");
  format = makeFormat("en-GB", i18next.getFixedT("en", "common"));
});

const now = new Date(2026, 10, 21, 10, 0);
const minutes = (count: number) => count * 60_000;
const later = (count: number) => new Date(now.getTime() + minutes(count)).toISOString();

describe("spans and deadlines", () => {
  it.each([
    [0.4, "under 1 min"],
    [42.9, "42 min"],
    [60, "1 h"],
    [190, "3 h 10 min"],
    [1_440, "1 d"],
    [1_860, "1 d 7 h"],
    [-5, "under 1 min"],
  ])("%d minutes are %s", (count, words) => expect(format.span(minutes(count))).toBe(words));

  it.each([
    [42, "in 42 min"],
    [-12, "12 min over"],
    [11 * 60, "in 11 h"],
    [31 * 60, "Sunday, 17:00"],
    [40 * 24 * 60, "31 Dec 2026, 10:00"],
  ])("due in %d minutes is %s", (count, words) => expect(format.due(later(count), now)).toBe(words));
});

describe("moments", () => {
  it.each([
    [later(-30), "09:30"],
    [later(-1_440), "yesterday"],
    [later(-3 * 1_440), "18 Nov"],
    [later(-400 * 1_440), "17 Oct 2025"],
  ])("%s", (moment, words) => expect(format.moment(moment, now)).toBe(words));

  it("keeps the day beside an exact time that is not of today", () => {
    expect(format.exact(later(-30), now)).toBe("09:30:00");
    expect(format.exact(later(-3 * 1_440), now)).toBe("18 Nov, 10:00:00");
  });
});

describe("shares", () => {
  it.each([
    [0.97, "97%"],
    [1, "100%"],
    [0, "0%"],
    [0.996, "99.6%"],
    [0.004, "0.4%"],
  ])("%d is %s", (share, words) => expect(format.share(share)).toBe(words));
});

it("writes big counts whole where there is room, short where there is none", () => {
  expect(format.count(1_204_311)).toBe("1,204,311");
  expect(format.compact(1_204_311)).toBe("1.2m");
  expect(format.compact(9_999)).toBe("9,999");
});

it("shows a language tag it does not know as it came", () => expect(format.languages(["en", "zz-bad tag"])).toBe("English and zz-bad tag"));

it.each([
  ["payout-letters", "Payout letters"],
  ["x", "X"],
  ["---", "---"],
])("calls %s %s", (slug, name) => expect(nameOf(slug)).toBe(name));

it("takes the browser's region for a language, else the European one", () => {
  expect(regionOf("en", ["de-DE", "en-US"])).toBe("en-US");
  expect(regionOf("en", ["fr"])).toBe("en-GB");
  expect(regionOf("de", ["fr"])).toBe("de");
});
