export const SETTINGS_SECTIONS = ["profile", "reading", "keys", "people", "api-keys", "webhooks", "audit-log", "system"] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

export function isSettingsSection(word: string): word is SettingsSection {
  return SETTINGS_SECTIONS.some((section) => section === word);
}
