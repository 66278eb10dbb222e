import { expect, it } from "vitest";
import { safeLine } from "./safe-line";

it.each([
  ["Pay to acc\u202eount", "Pay to acc\ufffdount"],
  ["zero\u200bwidth\u00adsoft", "zero\ufffdwidth\ufffdsoft"],
  ["first\n\n\tsecond", "first second"],
  ["a\u0301\u0301\u0301\u0301\u0301b", "a\u0301\u0301\u0301b"],
  ["نشكركم على إبلاغنا", "نشكركم على إبلاغنا"],
  ["  \u0000  ", "\ufffd"],
])("makes %j safe", (text, safe) => expect(safeLine(text)).toBe(safe));
