import { Button, CloseButton, NativeSelect, TextInput } from "@mantine/core";
import { type KeyboardEvent, useId } from "react";
import { useTranslation } from "react-i18next";
import type { ExportField } from "@/api/schema";
import { useValues } from "./api/get-values";
import { fields, FIELDS, isField, type Values, withoutField, withValue } from "./asked";
import styles from "./exports.module.css";
import { useFilterWords } from "./words";

export interface Typed {
  field: ExportField;
  value: string;
}

interface FiltersProps {
  values: Values;
  /** What is being chosen and not yet added. */
  typed: Typed;
  onTyped: (typed: Typed) => void;
  onChanged: (values: Values) => void;
}

/** Which items: values of one field are alternatives, all fields must hold. */
export function FilterFields({ values, typed, onTyped, onChanged }: FiltersProps) {
  const { t } = useTranslation("exports");
  const { fieldName, valueName, or } = useFilterWords();
  const add = () => {
    onChanged(withValue(values, typed.field, typed.value.trim()));
    onTyped({ ...typed, value: "" });
  };
  return (
    <fieldset className={styles.fields}>
      <legend>{t("filters")}</legend>
      {fields.some((field) => values[field] !== undefined) ? (
        <ul className={styles.tokens}>
          {fields.map((field) => {
            const given = values[field];
            if (given === undefined) return null;
            return (
              <li key={field} className={styles.token}>
                <bdi>
                  <b>{fieldName(field)}</b> {or(given.map((value) => valueName(field, value)))}
                </bdi>
                <CloseButton size="xs" type="button" aria-label={t("removeFilter", { field: fieldName(field) })} onClick={() => onChanged(withoutField(values, field))} />
              </li>
            );
          })}
        </ul>
      ) : (
        <p className="meta">{t("noFilters")}</p>
      )}
      <div className={styles.fieldRow}>
        <NativeSelect
          size="xs"
          label={t("filterField")}
          value={typed.field}
          data={fields.map((field) => ({ value: field, label: fieldName(field) }))}
          onChange={(event) => isField(event.currentTarget.value) && onTyped({ field: event.currentTarget.value, value: "" })}
        />
        <ValueField typed={typed} onTyped={onTyped} onAdded={add} />
        <Button size="xs" onClick={add} aria-disabled={typed.value.trim() === ""}>
          {t("addFilter")}
        </Button>
      </div>
    </fieldset>
  );
}

/** A choice where the values are known for good, else text with those that items have. */
function ValueField({ typed, onTyped, onAdded }: Pick<FiltersProps, "typed" | "onTyped"> & { onAdded: () => void }) {
  const { t } = useTranslation("exports");
  const { valueName } = useFilterWords();
  const id = useId();
  const own = FIELDS[typed.field];
  const found = useValues(typed.field);
  const set = (value: string) => onTyped({ ...typed, value });
  if (own !== null) {
    return (
      <NativeSelect
        size="xs"
        label={t("filterValue")}
        value={typed.value}
        data={[{ value: "", label: t("choose") }, ...own.map((value) => ({ value, label: valueName(typed.field, value) }))]}
        onChange={(event) => set(event.currentTarget.value)}
      />
    );
  }
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || typed.value.trim() === "") return;
    event.preventDefault(); // the first Enter adds, the next one starts the export
    onAdded();
  };
  return (
    <>
      <TextInput size="xs" label={t("filterValue")} value={typed.value} onChange={(event) => set(event.currentTarget.value)} onKeyDown={press} maxLength={255} list={id} autoComplete="off" />
      <datalist id={id}>
        {found.map((value) => (
          <option key={value} value={value} />
        ))}
      </datalist>
    </>
  );
}
