/** The app's own words in a language, so that a journey can be walked in each of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./server";

const FOLDERS: Readonly<Record<string, string>> = { common: "shared/locales", content: "shared/content/locales", keys: "shared/keys/locales" };

/** `words("de")("queues:next")` is what stands on the page; without values filled in. */
export function words(language: "en" | "de"): (path: string) => string {
  return (path) => {
    const [space = "", key = ""] = path.split(":");
    const file = join(ROOT, "ui", "src", FOLDERS[space] ?? `features/${space}/locales`, `${language}.json`);
    const found = key.split(".").reduce<unknown>((at, part) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[part] : undefined), JSON.parse(readFileSync(file, "utf8")));
    if (typeof found !== "string") throw new Error(`no words for ${path} in ${file}`);
    return found;
  };
}

/** A pattern of words with values in them: "{{name}} approved" fits "CL-7001 approved". */
export const pattern = (text: string): RegExp => new RegExp(text.split(/\{\{[^}]*\}\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*"));
