import { expect, it } from "vitest";
import { SLUG, slugFrom, tokenFrom } from "./token";

it("finds the token behind the hash and nowhere else", () => {
  expect(tokenFrom("#token=abc123")).toBe("abc123");
  expect(tokenFrom("#other=1&token=abc")).toBe("abc");
  expect(tokenFrom("#abc123")).toBe("abc123");
  expect(tokenFrom("#token=")).toBeNull();
  expect(tokenFrom("#other=1")).toBeNull();
  expect(tokenFrom("")).toBeNull();
});

it.each([
  ["Claims, Europe", "claims-europe"],
  ["  Größe & Maß  ", "grosse-mass"],
  ["42", "42"],
])("makes a slug of %j", (name, slug) => {
  expect(slugFrom(name)).toBe(slug);
  expect(slugFrom(name)).toMatch(SLUG);
});

it("makes nothing of a name without Latin letters, so that the person is asked", () => {
  expect(slugFrom("索赔")).toBe("");
});
