import { useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { meQuery } from "@/shared/session/me";
import { readingVariables } from "@/shared/settings/settings";
import { useSettings } from "@/shared/settings/use-settings";
import { changeLanguage, speak } from "./i18n";

/** Makes the person's theme, language and reading settings take effect on the page. */
export function ApplySettings() {
  const { theme, language, reading } = useSettings();
  const { setColorScheme } = useMantineColorScheme();
  const isSignedIn = useQuery({ ...meQuery, enabled: false }).data != null;

  useEffect(() => {
    if (isSignedIn) setColorScheme(theme);
  }, [isSignedIn, theme, setColorScheme]);
  useEffect(() => void changeLanguage(speak(language)), [language]);
  useEffect(() => {
    for (const [name, value] of Object.entries(readingVariables(reading))) {
      document.documentElement.style.setProperty(name, value);
    }
  }, [reading]);
  return null;
}
