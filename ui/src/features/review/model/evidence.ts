/** Which passages speak about a sentence, by the words they share. A help for looking, never a score of truth. */
import type { Range } from "@/shared/content";

const WORD = /[\p{L}\p{N}]+(?:[.,'’][\p{L}\p{N}]+)*/gu;
const EMPTY_WORDS = new Set(
  "a an the and or of to in on for with by from at is are was were be been this that it its as we you your our will would can may have has had not no if der die das und oder von zu im in am an auf für mit ist sind war wird werden ein eine einen einem einer nicht den dem des wir sie ihr le la les de des et un une en el los las del y".split(" "),
);

const wordsOf = (text: string): string[] =>
  [...text.normalize("NFKC").matchAll(WORD)].map((match) => match[0].toLocaleLowerCase()).filter((word) => !EMPTY_WORDS.has(word) && (word.length > 1 || /\d/.test(word)));

/** Endings differ, stems agree: a word longer than five letters counts by its first letters. */
const stem = (word: string): string => (/\d/.test(word) || word.length <= 5 ? word : word.slice(0, Math.max(5, word.length - 3)));

/** The sentences of a text, in UTF-16 units, without the white space around them. */
export function sentencesOf(text: string, language?: string | null): readonly Range[] {
  const found: Range[] = [];
  for (const { segment, index } of segmenterFor(language).segment(text)) {
    let from = index;
    for (const line of segment.split("\n")) {
      const start = from + (line.length - line.trimStart().length);
      const to = from + line.trimEnd().length;
      if (to > start) found.push({ from: start, to });
      from += line.length + 1;
    }
  }
  return found;
}

const segmenters = new Map<string, Intl.Segmenter>();
function segmenterFor(language: string | null | undefined): Intl.Segmenter {
  const tag = language ?? "en";
  const known = segmenters.get(tag);
  if (known) return known;
  let made: Intl.Segmenter;
  try {
    made = new Intl.Segmenter(tag, { granularity: "sentence" });
  } catch {
    made = new Intl.Segmenter("en", { granularity: "sentence" });
  }
  segmenters.set(tag, made);
  return made;
}

export interface PassageHit {
  readonly passage: number;
  /** Weight of the shared words; only to be compared within one search. */
  readonly weight: number;
  /** The sentence of the passage that shares most. */
  readonly range: Range;
}

/** Passages made searchable once; rare words weigh more, numbers most. */
export class PassageIndex {
  private readonly sentences: { passage: number; range: Range; stems: Set<string> }[] = [];
  private readonly spread = new Map<string, number>();

  constructor(private readonly passages: readonly string[], language?: string | null) {
    passages.forEach((text, passage) => {
      const own = sentencesOf(text, language).map((range) => ({ passage, range, stems: new Set(wordsOf(text.slice(range.from, range.to)).map(stem)) }));
      this.sentences.push(...own);
      for (const one of new Set(own.flatMap(({ stems }) => [...stems]))) this.spread.set(one, (this.spread.get(one) ?? 0) + 1);
    });
  }

  /** The best passages for a stretch of text, strongest first; those that share next to nothing are left out. */
  best(words: string, most = 3): readonly PassageHit[] {
    const wanted = new Set(wordsOf(words).map(stem));
    if (wanted.size === 0) return [];
    const hits = new Map<number, PassageHit>();
    for (const { passage, range, stems } of this.sentences) {
      const weight = this.weightOf(wanted, stems);
      if (weight > (hits.get(passage)?.weight ?? 0)) hits.set(passage, { passage, weight, range });
    }
    const full = this.weightOf(wanted, wanted);
    return [...hits.values()]
      .filter((hit) => hit.weight >= full * 0.15)
      .sort((one, other) => other.weight - one.weight || one.passage - other.passage)
      .slice(0, most);
  }

  /** The sentences of the output that a passage speaks about, strongest first. */
  uses(passage: number, output: string, sentences: readonly Range[], most = 5): readonly Range[] {
    return sentences
      .map((range) => ({ range, hit: this.best(output.slice(range.from, range.to), this.passages.length).find((one) => one.passage === passage) }))
      .flatMap(({ range, hit }) => (hit ? [{ range, weight: hit.weight }] : []))
      .sort((one, other) => other.weight - one.weight)
      .slice(0, most)
      .map(({ range }) => range);
  }

  /** How much of a sentence is found in its best passage, 0 to 1; null for a sentence without words. */
  support(words: string): number | null {
    const wanted = new Set(wordsOf(words).map(stem));
    const full = this.weightOf(wanted, wanted);
    return full === 0 ? null : (this.best(words, 1)[0]?.weight ?? 0) / full;
  }

  private weightOf(wanted: ReadonlySet<string>, stems: ReadonlySet<string>): number {
    let weight = 0;
    for (const one of wanted) {
      if (!stems.has(one)) continue;
      const rare = Math.log(1 + (this.passages.length + 1) / (1 + (this.spread.get(one) ?? 0)));
      weight += rare * (/\d/.test(one) ? 3 : 1);
    }
    return weight;
  }
}
