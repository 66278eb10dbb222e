export { isSettingsSection, SETTINGS_SECTIONS, type SettingsSection } from "./sections";
export { SettingsPage } from "./settings-page";
