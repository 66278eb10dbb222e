/** What an edit changed in meaning: a number, a date, a name, a negation. Then a reason is asked. */
import type { ReviewForm, Severity, Verdict } from "@/api/schema";

export type MeaningChange = "number" | "date" | "negation" | "entity";
export type ReasonAsked = "always" | "severity" | MeaningChange;

const MONTHS =
  "jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre";
const WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag";
const DATE = new RegExp(
  [
    String.raw`\b\d{4}-\d{2}-\d{2}\b`,
    String.raw`\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b`,
    String.raw`\b\d{1,2}(?:st|nd|rd|th|\.|º)?(?:\s+(?:of|de))?\s+(?:${MONTHS})\b(?:,?\s+(?:de\s+)?\d{4})?`,
    String.raw`\b(?:${MONTHS})\s+\d{1,2}(?:st|nd|rd|th)?\b(?:,?\s+\d{4})?`,
    String.raw`\b(?:${MONTHS})\s+\d{4}\b`,
    String.raw`\b(?:${WEEKDAYS})\b`,
    String.raw`\b(?:within|in|innerhalb von|binnen|dans|en)\s+(?:\d+|one|two|three|four|five|six|seven|ten|fourteen|thirty|einem|einer|zwei|drei|vier|sechs|zehn)\s+(?:hour|day|week|month|year|stunde|tag|woche|monat|jahr|jour|semaine|mois)\p{L}*`,
  ].join("|"),
  "giu",
);
const NUMBER = /[-−–]?\s?\d+(?:[.,'’\u00a0\u202f]\d+)*\s?%?/gu;
const NUMBER_WORD =
  /(?<!\p{L})(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|twenty|thirty|hundred|thousand|million|half|double|null|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|hundert|tausend|million|halb|doppelt)(?!\p{L})/giu;
const NEGATION =
  /(?<!\p{L})(?:not|no|never|none|neither|nor|without|cannot|unless|except|nothing|nobody|\p{L}+n['’]t|nicht|kein\p{L}*|nie|niemals|ohne|weder|außer|nichts|niemand|pas|jamais|sans|aucun\p{L}*|rien|nunca|jamás|sin|ningún|ninguna|non|senza|mai|nessun\p{L}*|nem|ne|ikke|inte|ei|niet|geen|nooit|zonder|не|нет|без|никогда)(?!\p{L})/giu;
const ENTITY =
  /(?:https?:\/\/\S+|[\w.+-]+@[\w-]+\.[\w.]+|(?<![\p{L}\p{N}])(?:[A-Z]{2,}[-/]?\d[\w-]*|[A-Z0-9]{2,}(?:-[A-Z0-9]+)+|\p{Lu}\p{L}*(?:[-'’]\p{L}+)*))/gu;
/** Words that start with a capital for other reasons than naming something. */
const COMMON = new Set(
  "a an the i we you they he she it this that these those if in on at to for of and or but as with by from dear hello hi thank thanks please our your their yes no not sie ihr ihre wir der die das ein eine und oder aber wenn bitte liebe lieber sehr danke mit von zu im am".split(" "),
);

const count = (words: Iterable<string>): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
};

const same = (one: Map<string, number>, other: Map<string, number>): boolean =>
  one.size === other.size && [...one].every(([word, times]) => other.get(word) === times);

const found = (pattern: RegExp, text: string, form: (word: string) => string = (word) => word.toLocaleLowerCase()): string[] =>
  [...text.matchAll(pattern)].map((match) => form(match[0].replace(/\s+/g, " ").trim()));

const plainNumber = (word: string): string => word.replace(/[−–]/g, "-").replace(/[\s\u00a0\u202f'’]/g, "");

/** A capital at the start of a sentence names something only if the word stands with a capital elsewhere too. */
function entities(text: string): string[] {
  const names: string[] = [];
  for (const match of text.matchAll(ENTITY)) {
    const word = match[0];
    if (COMMON.has(word.toLocaleLowerCase())) continue;
    const before = text.slice(0, match.index).trimEnd();
    const starts = before === "" || /[.!?:;\n*#•–-]$/.test(before) || /\n\s*$/.test(text.slice(0, match.index));
    if (starts && /^\p{Lu}\p{Ll}+$/u.test(word)) continue;
    names.push(word);
  }
  return names;
}

const SERVER_MONTHS =
  "january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz|mai|juni|juli|oktober|dezember";
/**
 * The words the server compares before it takes a verdict without a reason. Whatever it would ask for is asked here
 * first, so that no verdict comes back for a reason nobody was asked for.
 */
const SERVER_WORDS: readonly (readonly [MeaningChange, RegExp])[] = [
  ["number", /\d+(?:[.,:/-]\d+)*/gu],
  [
    "date",
    new RegExp(
      String.raw`\b[0-9]{1,2}(?:st|nd|rd|th|\.)?(?: of)? (?:${SERVER_MONTHS})(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_])(?:${SERVER_MONTHS}) [0-9]{1,4}\b|(?<![\p{L}\p{N}_])(?:${WEEKDAYS.split("|montag")[0]})(?![\p{L}\p{N}_])`,
      "giu",
    ),
  ],
  ["entity", /(?<![.!?:\n]\s)(?<!^)(?<![\p{L}\p{N}_])(?![\p{Nd}_a-zß-öø-ÿ])[\p{L}\p{N}][\p{L}\p{N}_]+/gmu],
];

/** What two texts differ in, beyond style. Order matters: the first is the one that is named to the person. */
export function meaningChanges(original: string, edited: string): readonly MeaningChange[] {
  if (original === edited) return [];
  const changes: MeaningChange[] = [];
  const withoutDates = (text: string): string => text.replace(DATE, " ");
  const [before, after] = [withoutDates(original), withoutDates(edited)];
  const numbers = (text: string) => count([...found(NUMBER, text, plainNumber), ...found(NUMBER_WORD, text)]);
  if (!same(numbers(before), numbers(after))) changes.push("number");
  if (!same(count(found(DATE, original)), count(found(DATE, edited)))) changes.push("date");
  if (!same(count(found(NEGATION, original)), count(found(NEGATION, edited)))) changes.push("negation");
  const dateless = (text: string) => new Set(entities(withoutDates(text)));
  const [named, now] = [dateless(original), dateless(edited)];
  if ([...named].some((name) => !now.has(name)) || [...now].some((name) => !named.has(name))) changes.push("entity");
  const known = changes.length > 0;
  for (const [kind, pattern] of SERVER_WORDS)
    if (!known && !same(count(found(pattern, original)), count(found(pattern, edited)))) changes.push(kind);
  return changes;
}

/** Why this verdict needs a reason; null when it does not. */
export function reasonAsked(
  verdict: Verdict, form: Pick<ReviewForm, "reason">, severity: Severity | null, changes: readonly MeaningChange[],
): ReasonAsked | null {
  if (form.reason === "never") return null;
  if (form.reason === "always") return "always";
  if (verdict === "approve") return null;
  if (verdict === "edit" && changes[0]) return changes[0];
  return severity === "major" || severity === "critical" ? "severity" : null;
}

const WORDS: Readonly<Record<MeaningChange, RegExp>> = {
  number: /amount|number|sum|figure|betrag|zahl/i,
  date: /date|period|deadline|datum|frist/i,
  negation: /negation|contradict|widerspruch/i,
  entity: /entity|name|person|identity/i,
};

/** The category an edit points to, when exactly one of the form's fits a change. */
export function suggestedCategories(changes: readonly MeaningChange[], categories: readonly string[]): readonly string[] {
  return changes.flatMap((change) => {
    const fitting = categories.filter((name) => WORDS[change].test(name));
    return fitting.length === 1 ? fitting : [];
  });
}
