/** A person's own settings, kept by the server as they are and read here with care. */
export type ThemeChoice = "light" | "dark" | "auto";
export type LanguageChoice = "auto" | "en" | "de";
export type ReadingFace = "serif" | "sans" | "mono";
export type ReadingWidth = "narrow" | "normal" | "wide";

export interface ReadingSettings {
  face: ReadingFace;
  /** In pixels, 15 to 21. */
  size: number;
  width: ReadingWidth;
}

export interface KeySettings {
  /** Whether keys without a modifier act at all (WCAG 2.1.4). */
  single: boolean;
  /** Only what differs from the default key map, by action. */
  bindings: { [action: string]: string };
}

export interface Settings {
  theme: ThemeChoice;
  language: LanguageChoice;
  reading: ReadingSettings;
  keys: KeySettings;
  /** Whether the question "Work with single keys?" was answered. */
  keysAsked: boolean;
}

export const defaultSettings: Settings = {
  theme: "auto",
  language: "auto",
  reading: { face: "serif", size: 17, width: "normal" },
  keys: { single: true, bindings: {} },
  keysAsked: false,
};

export const READING_SIZES = { least: 15, most: 21 } as const;

type Loose = { [key: string]: unknown };

const isLoose = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const loose = (value: unknown): Loose => (isLoose(value) ? value : {});

function oneOf<T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T {
  return allowed.find((one) => one === value) ?? otherwise;
}

function flag(value: unknown, otherwise: boolean): boolean {
  return typeof value === "boolean" ? value : otherwise;
}

function size(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) return defaultSettings.reading.size;
  return Math.min(READING_SIZES.most, Math.max(READING_SIZES.least, Math.round(value)));
}

function bindings(value: unknown): { [action: string]: string } {
  return Object.fromEntries(
    Object.entries(loose(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The settings in `stored`; whatever is missing or unknown becomes the default. */
export function readSettings(stored: unknown): Settings {
  const all = loose(stored);
  const reading = loose(all["reading"]);
  const keys = loose(all["keys"]);
  return {
    theme: oneOf(all["theme"], ["light", "dark", "auto"], defaultSettings.theme),
    language: oneOf(all["language"], ["auto", "en", "de"], defaultSettings.language),
    reading: {
      face: oneOf(reading["face"], ["serif", "sans", "mono"], defaultSettings.reading.face),
      size: size(reading["size"]),
      width: oneOf(reading["width"], ["narrow", "normal", "wide"], defaultSettings.reading.width),
    },
    keys: { single: flag(keys["single"], defaultSettings.keys.single), bindings: bindings(keys["bindings"]) },
    keysAsked: flag(all["keys_asked"], false),
  };
}

/** The form in which the server keeps settings. */
export function writeSettings(settings: Settings): { [key: string]: unknown } {
  const { keysAsked, ...rest } = settings;
  return { ...rest, keys_asked: keysAsked };
}

const FACES: Record<ReadingFace, string> = { serif: "var(--serif)", sans: "var(--ui)", mono: "var(--code)" };
const WIDTHS: Record<ReadingWidth, string> = { narrow: "58ch", normal: "68ch", wide: "82ch" };

/** The style variables that content reads: face, size, line height and width of the column. */
export function readingVariables(reading: ReadingSettings): Record<string, string> {
  return {
    "--read": FACES[reading.face],
    "--read-size": `${reading.size}px`,
    "--read-line": `${Math.round(reading.size * 1.647)}px`,
    "--read-width": WIDTHS[reading.width],
  };
}
