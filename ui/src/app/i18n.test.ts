import { expect, it } from "vitest";
import { speak } from "./i18n";

it.each([
  ["de", ["en-GB"], "de"],
  ["auto", ["fr-FR", "de-AT", "en"], "de"],
  ["auto", ["fi"], "en"],
  ["auto", [], "en"],
] as const)("with the choice %s and a browser of %j it speaks %s", (choice, wanted, spoken) => {
  expect(speak(choice, wanted)).toBe(spoken);
});
