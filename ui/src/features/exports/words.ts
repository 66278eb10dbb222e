import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ExportOut } from "@/api/schema";
import { regionOf, useFormat } from "@/shared/format";
import { FIELDS, isField } from "./asked";

/** How fields and values are called; those of the list of items as that list calls them. */
export function useFilterWords() {
  const { t } = useTranslation(["exports", "items"]);
  const fieldName = (field: string): string =>
    field === "prompt_version" || field === "language" ? t(`field.${field}`) : t(`items:field.${field as "domain"}`, { defaultValue: field });
  const valueName = (field: string, value: string): string =>
    isField(field) && FIELDS[field] !== null ? t(`items:value.${value as "approve"}`, { defaultValue: value }) : value;
  return { fieldName, valueName, or: (words: readonly string[]) => words.join(` ${t("or")} `) };
}

/** Of longer lists the rest is counted; the manifest and the form that starts it again name all. */
const MOST_NAMED = 6;

/** What an export covers, in a line: its span and its filters. */
export function useCovers(): (one: Pick<ExportOut, "decided_from" | "decided_to" | "filters">) => string {
  const { t } = useTranslation("exports");
  const format = useFormat();
  const { fieldName, valueName, or } = useFilterWords();
  return ({ decided_from, decided_to, filters }) => {
    const to = format.full(decided_to);
    const span = decided_from === null ? t("covers.before", { to }) : t("covers.between", { from: format.full(decided_from), to });
    const words = Object.entries(filters).map(([field, values]) => {
      const shown = values.slice(0, MOST_NAMED).map((value) => valueName(field, value));
      const more = values.length - shown.length;
      return t("covers.filter", { field: fieldName(field), values: or(more > 0 ? [...shown, t("covers.more", { count: more })] : shown) });
    });
    return [span, ...words].join(" · ");
  };
}

const STEPS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** `4.2 MB` from 4,212,004. */
export function useSize(): (bytes: number) => string {
  const { i18n } = useTranslation();
  return useMemo(() => {
    const region = regionOf(i18n.language);
    return (bytes) => {
      const step = bytes < 1_000 ? 0 : Math.min(STEPS.length - 1, Math.floor(Math.log10(bytes) / 3));
      const value = bytes / 1_000 ** step;
      return new Intl.NumberFormat(region, { style: "unit", unit: STEPS[step] ?? "byte", maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 }).format(value);
    };
  }, [i18n.language]);
}
