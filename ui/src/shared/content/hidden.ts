/**
 * What a person cannot see in a text, or would see as something else: invisible and bidirectional characters, words
 * of mixed scripts, floods of combining marks, hundreds of empty lines. Found here, shown by MarkedText.
 */
import { longestOf, overlaps, type Range, touching } from "./ranges";

export type SpecialKind = "hidden" | "flood" | "spaces" | "lines" | "script";

/** One stretch of a text that is not shown as it stands. `script` stays readable and is underlined; others are boxes. */
export interface Special extends Range {
  readonly kind: SpecialKind;
  /** Short name in the box, such as ZWSP; for `script` the name of the script. */
  readonly label: string;
  /** The whole name, for the tooltip and for screen readers. */
  readonly title: string;
  /** How many characters, marks, spaces or lines. */
  readonly count: number;
}

const NAMES: Readonly<Record<number, readonly [string, string]>> = {
  0x00: ["NUL", "Null"], 0x07: ["BEL", "Bell"], 0x08: ["BS", "Backspace"], 0x0b: ["VT", "Line tabulation"],
  0x0c: ["FF", "Form feed"], 0x0d: ["CR", "Carriage return"], 0x1b: ["ESC", "Escape"], 0x7f: ["DEL", "Delete"],
  0x85: ["NEL", "Next line"], 0xad: ["SHY", "Soft hyphen"], 0x034f: ["CGJ", "Combining grapheme joiner"],
  0x061c: ["ALM", "Arabic letter mark"], 0x115f: ["HCF", "Hangul choseong filler"],
  0x1160: ["HJF", "Hangul jungseong filler"], 0x180e: ["MVS", "Mongolian vowel separator"],
  0x200b: ["ZWSP", "Zero-width space"], 0x200c: ["ZWNJ", "Zero-width non-joiner"], 0x200d: ["ZWJ", "Zero-width joiner"],
  0x200e: ["LRM", "Left-to-right mark"], 0x200f: ["RLM", "Right-to-left mark"], 0x2028: ["LS", "Line separator"],
  0x2029: ["PS", "Paragraph separator"], 0x202a: ["LRE", "Left-to-right embedding"],
  0x202b: ["RLE", "Right-to-left embedding"], 0x202c: ["PDF", "Pop directional formatting"],
  0x202d: ["LRO", "Left-to-right override"], 0x202e: ["RLO", "Right-to-left override"], 0x2060: ["WJ", "Word joiner"],
  0x2061: ["FA", "Function application"], 0x2062: ["IT", "Invisible times"], 0x2063: ["IS", "Invisible separator"],
  0x2064: ["IP", "Invisible plus"], 0x2066: ["LRI", "Left-to-right isolate"], 0x2067: ["RLI", "Right-to-left isolate"],
  0x2068: ["FSI", "First strong isolate"], 0x2069: ["PDI", "Pop directional isolate"], 0x2800: ["BRL", "Braille blank"],
  0x3164: ["HF", "Hangul filler"], 0xfeff: ["BOM", "Zero-width no-break space"],
  0xffa0: ["HWHF", "Halfwidth Hangul filler"], 0xfff9: ["IAA", "Interlinear annotation anchor"],
  0xfffa: ["IAS", "Interlinear annotation separator"], 0xfffb: ["IAT", "Interlinear annotation terminator"],
  0xfffc: ["OBJ", "Object replacement character"],
};

const hex = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;

function nameOf(code: number): readonly [string, string] {
  const known = NAMES[code];
  if (known) return [known[0], `${known[1]}, ${hex(code)}`];
  if (code >= 0xfe00 && code <= 0xfe0f) return [`VS${code - 0xfdff}`, `Variation selector ${code - 0xfdff}, ${hex(code)}`];
  if (code >= 0xe0100 && code <= 0xe01ef)
    return [`VS${code - 0xe00ef}`, `Variation selector ${code - 0xe00ef}, ${hex(code)}`];
  if (code >= 0xe0000 && code <= 0xe007f) return ["TAG", `Tag character, ${hex(code)}`];
  if (code < 0x20 || (code >= 0x80 && code < 0xa0)) return ["CTRL", `Control character, ${hex(code)}`];
  if (/\p{Co}/u.test(String.fromCodePoint(code))) return ["PUA", `Private use character, ${hex(code)}`];
  return [hex(code), `Invisible character, ${hex(code)}`];
}

const SUSPECT = /[\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800\ufffc]|(?![\t\n])\p{Cc}/gu;
const FLAG = /\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{1,6}\u{E007F}/gu;
/** Scripts that are not written correctly without joiners. */
const JOINING =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;
const PICTURE = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u;

const before = (text: string, at: number): string => {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff ? text.slice(Math.max(0, at - 2), at) : text.slice(Math.max(0, at - 1), at);
};
const after = (text: string, at: number): string => {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
};

/** Joiners and selectors that ordinary writing needs where they stand. */
function belongs(text: string, at: number, size: number, code: number): boolean {
  const left = before(text, at);
  const right = after(text, at + size);
  if (code === 0x0d) return right === "\n";
  if (code === 0x200c || code === 0x200d) {
    if (JOINING.test(left) && (JOINING.test(right) || code === 0x200d)) return true;
    return code === 0x200d && PICTURE.test(left) && PICTURE.test(right);
  }
  if (code === 0xfe0e || code === 0xfe0f) return /[\p{Emoji}\p{Extended_Pictographic}]/u.test(left);
  if (code >= 0xfe00 && code <= 0xfe02) return /[\p{Script=Han}\u2200-\u22ff]/u.test(left);
  if (code >= 0xe0100 && code <= 0xe01ef) return /\p{Script=Han}/u.test(left);
  if (code >= 0x600 && code <= 0x605) return true; // Arabic number signs are visible
  if (code === 0x6dd || code === 0x70f || code === 0x8e2) return true;
  return code >= 0xfff0 && code <= 0xfff8 ? false : /[\u{110BD}\u{110CD}]/u.test(String.fromCodePoint(code));
}

/** ASCII that tag characters spell, so that a person can read what was smuggled in. */
const spelled = (codes: readonly number[]): string =>
  codes
    .filter((code) => code >= 0xe0020 && code <= 0xe007e)
    .map((code) => String.fromCharCode(code - 0xe0000))
    .join("");

function hiddenIn(text: string): Special[] {
  const flags: Range[] = [...text.matchAll(FLAG)].map((match) => ({ from: match.index, to: match.index + match[0].length }));
  const found: Special[] = [];
  let run: { from: number; to: number; codes: number[] } | null = null;
  const close = (): void => {
    if (!run) return;
    const [label, title] = nameOf(run.codes[0] ?? 0);
    const count = run.codes.length;
    const words = label === "TAG" ? spelled(run.codes) : "";
    found.push({
      kind: "hidden", from: run.from, to: run.to, count,
      label: count > 1 ? `${label} ×${count}` : label,
      title: words ? `Tag characters that spell: ${words}` : title,
    });
    run = null;
  };
  for (const match of text.matchAll(SUSPECT)) {
    const at = match.index;
    const code = match[0].codePointAt(0) ?? 0;
    const to = at + match[0].length;
    if (flags.some((flag) => at >= flag.from && at < flag.to)) continue;
    if (belongs(text, at, match[0].length, code)) continue;
    const sameRun: boolean = run !== null && run.to === at && nameOf(run.codes[0] ?? 0)[0] === nameOf(code)[0];
    if (sameRun && run) {
      run.to = to;
      run.codes.push(code);
    } else {
      close();
      run = { from: at, to, codes: [code] };
    }
  }
  close();
  return found;
}

/** At most this many marks on one letter are drawn. */
const MARKS = 3;
const FLOOD = /[\p{Mn}\p{Me}]{4,}/gu;

const floodsIn = (text: string): Special[] =>
  [...text.matchAll(FLOOD)].flatMap((match) => {
    const marks = [...match[0]];
    const kept = marks.slice(0, MARKS).join("").length;
    const count = marks.length - MARKS;
    // Variation selectors are marks too; the search for hidden characters has them already.
    if (/^[\ufe00-\ufe0f\u{E0100}-\u{E01EF}\u034f]+$/u.test(match[0])) return [];
    return [{
      kind: "flood" as const, from: match.index + kept, to: match.index + match[0].length, count,
      label: `+${count} marks`, title: `${count} more combining marks on this letter`,
    }];
  });

const MANY_SPACES = /[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]{24,}/g;
const MANY_LINES = /\n(?:[ \t\r]*\n){4,}/g;

const spacesIn = (text: string): Special[] =>
  [...text.matchAll(MANY_SPACES)].map((match) => ({
    kind: "spaces", from: match.index, to: match.index + match[0].length, count: match[0].length,
    label: `${match[0].length} spaces`, title: `${match[0].length} spaces in a row`,
  }));

/** Runs of more than three empty lines; the line break that ends the last full line is kept out. */
const linesIn = (text: string): Special[] =>
  [...text.matchAll(MANY_LINES)].map((match) => {
    const count = match[0].split("\n").length - 2;
    return {
      kind: "lines", from: match.index + 1, to: match.index + match[0].length, count,
      label: `${count} empty lines`, title: `${count} empty lines in a row`,
    };
  });

const SCRIPTS = [
  "Latin", "Cyrillic", "Greek", "Armenian", "Cherokee", "Coptic", "Georgian", "Hebrew", "Arabic", "Thai", "Devanagari",
  "Han", "Hiragana", "Katakana", "Hangul", "Bopomofo", "Lisu", "Deseret", "Osage",
] as const;
const SCRIPT_TESTS = SCRIPTS.map((name) => [name, new RegExp(`\\p{Script=${name}}`, "u")] as const);
const EAST_ASIAN = new Set<string>(["Han", "Hiragana", "Katakana", "Hangul", "Bopomofo"]);
/** Words worth a closer look: a letter outside plain Latin ranges, or letters from the mathematical alphabets. */
const WORD = /[\p{L}\p{M}\p{Nd}]+/gu;
const PLAIN = /^[\p{Nd}A-Za-z\u00aa-\u024f\u1e00-\u1eff]*$/u;
const STYLED = /[\u{1D400}-\u{1D7FF}\uff21-\uff3a\uff41-\uff5a]/u;
const UNIT = /^[kMGTmnpµμ]?[ΩΩ]m?$|^[µμ]\p{L}{1,3}$/u;
const LOOKS_LATIN =
  /^[аеорсухіјѕԁһӏԛԝьгАВЕКМНОРСТУХІЈЅԌԜЅҮοαινρυκτχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]+$/u;

const scriptOf = (letter: string): string | null => SCRIPT_TESTS.find(([, test]) => test.test(letter))?.[0] ?? null;

function scriptsIn(text: string): Special[] {
  const found: Special[] = [];
  const latinText = /[A-Za-z]{3}/.test(text);
  for (const match of text.matchAll(WORD)) {
    const word = match[0];
    if (PLAIN.test(word)) continue;
    const label = oddScript(word, latinText);
    if (label)
      found.push({
        kind: "script", from: match.index, to: match.index + word.length, count: word.length, label,
        title: label === "Styled letters" ? "Letters from a mathematical or fullwidth alphabet" : `Mixed scripts: ${label}`,
      });
  }
  return found;
}

function oddScript(word: string, latinText: boolean): string | null {
  if (STYLED.test(word)) return "Styled letters";
  if (UNIT.test(word)) return null;
  const scripts = new Set<string>();
  for (const letter of word) {
    const script = scriptOf(letter);
    if (script) scripts.add(script);
    if (scripts.size > 3) break;
  }
  if (scripts.size === 1) {
    const only = [...scripts][0] ?? "";
    return latinText && word.length > 2 && LOOKS_LATIN.test(word) ? `${only}, looks Latin` : null;
  }
  if (scripts.size < 2 || [...scripts].every((script) => EAST_ASIAN.has(script))) return null;
  return [...scripts].sort().join(" and ");
}

/** All that needs showing in a text, in text order, without overlaps; a box goes before an underline. */
export function specialsIn(text: string): Special[] {
  const boxes = apart([...linesIn(text), ...spacesIn(text), ...hiddenIn(text), ...floodsIn(text)]);
  const longest = longestOf(boxes);
  const words = scriptsIn(text).filter((word) => touching(boxes, word.from, word.to, longest).every((box) => !overlaps(box, word)));
  return [...boxes, ...words].sort(byPlace);
}

const byPlace = (one: Range, other: Range): number => one.from - other.from;

/** In text order; of two that overlap the first given stays. */
function apart(specials: readonly Special[]): Special[] {
  const kept: Special[] = [];
  let end = 0;
  for (const special of [...specials].sort(byPlace)) {
    if (special.from < end) continue;
    kept.push(special);
    end = special.to;
  }
  return kept;
}

/** What a person was warned of, one line per kind of thing, to be stored with the verdict (at most 50). */
export function warningsOf(specials: readonly Special[], toOffset: (index: number) => number): string[] {
  const groups = new Map<string, { count: number; first: number }>();
  for (const special of specials) {
    const name = special.kind === "hidden" ? (special.label.split(" ")[0] ?? special.label) : special.kind === "script" ? special.label : special.kind;
    const group = groups.get(name);
    const size = special.kind === "hidden" ? special.count : 1;
    if (group) group.count += size;
    else groups.set(name, { count: size, first: toOffset(special.from) });
  }
  return [...groups].slice(0, 50).map(([name, group]) => `${name} x${group.count}, first at ${group.first}`);
}

/** A short text for one line of ours: what cannot be seen is named in angle brackets, white space is one space. */
export function visible(text: string): string {
  let out = "";
  let at = 0;
  for (const special of specialsIn(text)) {
    if (special.kind === "script") continue;
    out += text.slice(at, special.from) + (special.kind === "hidden" || special.kind === "flood" ? `⟨${special.label}⟩` : " ");
    at = special.to;
  }
  return (out + text.slice(at)).replace(/\s+/g, " ");
}

const VISIBLE = /^(?![\p{Co}\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{Nd}\p{P}\p{S}]$/u;

/** The text as an escaped, unambiguous string: what is not plainly `visible` becomes an escape, a backslash doubles. */
export function escaped(text: string, visible: RegExp = VISIBLE): string {
  let out = "";
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    if (letter === "\\") out += "\\\\";
    else if (letter === "\t") out += "\\t";
    else if (letter === "\r") out += "\\r";
    else if (letter === "\n") out += "\\n";
    else if (code >= 0x20 && code < 0x7f) out += letter;
    else if (visible.test(letter)) out += letter;
    else out += `\\u{${code.toString(16).toUpperCase()}}`;
  }
  return out;
}
