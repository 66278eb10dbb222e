import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format";
import { type Field, FIELDS, fields, isDate, type Vocabulary } from "./filters";

/** How fields and values are called on screen, and what typed words mean. */
export function useFilterWords() {
  const { t } = useTranslation("items");
  const format = useFormat();
  return useMemo(() => {
    const fieldName = (field: Field) => t(`field.${field}`);
    const valueName = (field: Field, value: string): string => {
      if (isDate(field)) return format.full(value);
      return FIELDS[field] === null ? value : t(`value.${value as "pending"}`, { defaultValue: value });
    };
    const vocabulary: Vocabulary = {
      fields: Object.fromEntries(fields.map((field) => [fieldName(field).toLowerCase(), field])),
      values: Object.fromEntries(
        fields.flatMap((field) => (FIELDS[field] ?? []).map((value) => [valueName(field, value).toLowerCase(), value])),
      ),
    };
    return { fieldName, valueName, vocabulary, orList: orList(t("or")) };
  }, [t, format]);
}

const orList = (or: string) => (words: readonly string[]) => words.join(` ${or} `);
