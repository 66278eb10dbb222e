import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format";
import { useProjectFilters } from "./api/get-filters";
import { type Field, fields, isDate, valuesOf, type Vocabulary } from "./filters";

/** How fields and values are called on screen, and what typed words mean. */
export function useFilterWords() {
  const { t } = useTranslation("items");
  const format = useFormat();
  const { zone } = useProjectFilters();
  return useMemo(() => {
    const fieldName = (field: Field): string => (field.startsWith("metadata.") ? field : t(`field.${field as "status"}`));
    const valueName = (field: Field, value: string): string => {
      if (isDate(field)) return format.full(value);
      if (valuesOf(field) === null) return value;
      const own = t(`valueOf.${field as "error"}.${value as "true"}`, { defaultValue: "" });
      return own === "" ? t(`value.${value as "pending"}`, { defaultValue: value }) : own;
    };
    const vocabulary: Vocabulary = {
      fields: Object.fromEntries(fields.map((field) => [fieldName(field).toLowerCase(), field])),
      values: Object.fromEntries(
        fields.flatMap((field) => (valuesOf(field) ?? []).map((value) => [`${field} ${valueName(field, value).toLowerCase()}`, value])),
      ),
      zone,
    };
    return { fieldName, valueName, vocabulary, orList: orList(t("or")) };
  }, [t, format, zone]);
}

const orList = (or: string) => (words: readonly string[]) => words.join(` ${or} `);
