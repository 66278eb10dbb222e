import i18next, { type BackendModule, type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import type { LanguageChoice } from "@/shared/settings/settings";

/** Every feature brings its own words: features/<name>/locales/<language>.json is the namespace <name>. */
const files = {
  ...import.meta.glob<{ default: object }>("../features/*/locales/*.json"),
  ...import.meta.glob<{ default: object }>("../shared/keys/locales/*.json"),
  ...import.meta.glob<{ default: object }>("../shared/content/locales/*.json"),
  ...import.meta.glob<{ default: object }>("../shared/locales/*.json"),
};

export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

function pathOf(language: string, namespace: string): string {
  if (namespace === "common") return `../shared/locales/${language}.json`;
  if (namespace === "keys" || namespace === "content") return `../shared/${namespace}/locales/${language}.json`;
  return `../features/${namespace}/locales/${language}.json`;
}

const lazyFiles: BackendModule = {
  type: "backend",
  init: () => undefined,
  read: (language, namespace, done) => {
    const load = files[pathOf(language, namespace)];
    if (load === undefined) {
      done(new Error(`no words for ${namespace} in ${language}`), false);
      return;
    }
    load().then(
      (module) => done(null, module.default as Record<string, string>),
      (error: Error) => done(error, false),
    );
  },
};

/** The language to speak: the chosen one, else the first of the browser's that we have, else English. */
export function speak(choice: LanguageChoice, wanted: readonly string[] = navigator.languages): Language {
  if (choice !== "auto") return choice;
  const found = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => languages.some((one) => one === tag));
  return languages.find((one) => one === found) ?? "en";
}

/** Starts the words of the app; namespaces are fetched when a page asks for them. */
export async function startI18n(language: Language): Promise<i18n> {
  await i18next
    .use(lazyFiles)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: "en",
      supportedLngs: [...languages],
      ns: ["common"],
      defaultNS: "common",
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
      partialBundledLanguages: true,
    });
  document.documentElement.lang = language;
  return i18next;
}

export async function changeLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
