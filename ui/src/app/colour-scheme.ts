import type { MantineColorScheme, MantineColorSchemeManager } from "@mantine/core";

/** Also read by the script in index.html, before the first paint. */
const KEPT = "handrail.theme";
const isScheme = (value: string | null): value is MantineColorScheme =>
  value === "light" || value === "dark" || value === "auto";

/** Keeps the theme in this browser, so that the sign-in page has it too. */
export const colourSchemeManager: MantineColorSchemeManager = {
  get(otherwise) {
    const kept = window.localStorage.getItem(KEPT);
    return isScheme(kept) ? kept : otherwise;
  },
  set: (value) => window.localStorage.setItem(KEPT, value),
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => window.localStorage.removeItem(KEPT),
};
