import { afterEach, expect, it } from "vitest";
import { nonce } from "./nonce";

afterEach(() => {
  document.head.innerHTML = "";
});

it.each([
  ["abc", "abc"],
  ["__s_cqp_L4Po6oo5WqoE7w", "__s_cqp_L4Po6oo5WqoE7w"],
  ["__HANDRAIL_NONCE__", ""],
  ["", ""],
])("reads %j as %j", (content, read) => {
  document.head.innerHTML = `<meta name="handrail-nonce" content="${content}">`;
  expect(nonce()).toBe(read);
});

it("is empty where no page set one", () => expect(nonce()).toBe(""));
