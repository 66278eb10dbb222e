import { ActionIcon } from "@mantine/core";
import { IconSearch, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { safeLine } from "@/shared/content/safe-line";
import { useFormat } from "@/shared/format";
import { useKeys, useKeysOf } from "@/shared/keys";
import { KeyCap } from "@/shared/ui";
import { useFilterValues, useProjectFilters } from "./api/get-filters";
import { type Counted, type Filter, hasValues, parse, type Suggestion, suggestions, typedField, withoutField, withToken } from "./filters";
import styles from "./items.module.css";
import { useFilterWords } from "./words";

interface FilterBarProps {
  filter: Filter;
  onFilterChanged: (filter: Filter) => void;
}

/** Filters as tokens, typed as text; what is offered comes from a fixed list. */
export function FilterBar({ filter, onFilterChanged }: FilterBarProps) {
  const { t } = useTranslation("items");
  const { fieldName, valueName, orList } = useFilterWords();
  return (
    <div className={styles.find} role="search">
      <IconSearch size={16} stroke={1.75} aria-hidden="true" />
      {filter.tokens.map(({ field, values }) => (
        <TokenView
          key={field}
          name={fieldName(field)}
          value={orList(values.map((value) => valueName(field, value)))}
          onRemoved={() => onFilterChanged(withoutField(filter, field))}
        />
      ))}
      {filter.words !== "" && (
        <TokenView name={t("words")} value={filter.words} onRemoved={() => onFilterChanged({ ...filter, words: "" })} />
      )}
      <FilterInput filter={filter} onFilterChanged={onFilterChanged} />
    </div>
  );
}

function TokenView({ name, value, onRemoved }: { name: string; value: string; onRemoved: () => void }) {
  const { t } = useTranslation("items");
  return (
    <span className={styles.token}>
      <span>
        {name} {t("is")}{" "}
        <b>
          <bdi>{safeLine(value)}</bdi>
        </b>
      </span>
      <ActionIcon size={20} aria-label={t("removeFilter", { name })} onClick={onRemoved}>
        <IconX size={14} stroke={1.75} />
      </ActionIcon>
    </span>
  );
}

function FilterInput({ filter, onFilterChanged }: FilterBarProps) {
  const { t } = useTranslation("items");
  const { fieldName, valueName, vocabulary } = useFilterWords();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [isOpen, setIsOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const [complaint, setComplaint] = useState<string | null>(null);
  const searchKey = useKeysOf("search")[0];
  useKeys({ search: () => input.current?.focus() });

  const typing = typedField(typed, vocabulary);
  const { keys } = useProjectFilters();
  const found = useFilterValues(isOpen && typing !== null && hasValues(typing.field) ? typing.field : null, typing?.begun ?? "");
  const offered = isOpen ? suggestions(typed, vocabulary, found, keys) : [];
  const label = (one: Suggestion) => (one.kind === "field" ? fieldName(one.field) : valueName(one.field, one.value));

  const change = (text: string) => {
    setTyped(text);
    setAt(-1);
    setComplaint(null);
    setIsOpen(true);
  };
  const take = (next: Filter) => {
    onFilterChanged(next);
    change("");
    setIsOpen(false);
  };
  const choose = (one: Suggestion) => {
    if (one.kind === "value") return take(withToken(filter, { field: one.field, values: [one.value] }));
    change(`${fieldName(one.field)} ${t("is")} `);
    input.current?.focus();
  };
  const enter = () => {
    const chosen = offered[at];
    if (chosen !== undefined) return choose(chosen);
    const parsed = parse(typed, vocabulary);
    if (parsed.kind === "token") take(withToken(filter, parsed.token));
    if (parsed.kind === "words") take({ ...filter, words: filter.words === "" ? parsed.words : `${filter.words} ${parsed.words}` });
    if (parsed.kind === "unknown_value") {
      setComplaint(t("unknownValue", { value: parsed.value, name: fieldName(parsed.field) }));
    }
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && offered.length > 0) {
      event.preventDefault();
      setAt((at + step + offered.length + (at < 0 && step < 0 ? 1 : 0)) % offered.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      enter();
    } else if (event.key === "Escape") {
      if (isOpen && offered.length > 0) event.stopPropagation();
      setIsOpen(false);
      if (!isOpen || offered.length === 0) input.current?.blur();
    } else if (event.key === "Backspace" && typed === "") {
      const last = filter.tokens.at(-1);
      if (filter.words !== "") onFilterChanged({ ...filter, words: "" });
      else if (last !== undefined) onFilterChanged(withoutField(filter, last.field));
    }
  };
  return (
    <div className={styles.typing}>
      <input
        ref={input}
        value={typed}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={press}
        onFocus={() => setIsOpen(true)}
        onBlur={() => setIsOpen(false)}
        placeholder={t("addFilter")}
        aria-label={t("addFilterLong")}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={offered.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={offered[at] === undefined ? undefined : `${id}-${at}`}
        aria-invalid={complaint !== null || undefined}
        aria-describedby={complaint === null ? undefined : `${id}-complaint`}
        spellCheck={false}
        autoComplete="off"
        maxLength={2_000}
      />
      {searchKey !== undefined && typed === "" && <KeyCap keys={searchKey} />}
      <ul className={styles.offered} role="listbox" id={`${id}-list`} aria-label={t("offered")} hidden={offered.length === 0}>
        {offered.map((one, index) => (
          <li
            key={one.kind === "field" ? one.field : one.value}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(one)}
          >
            {one.kind === "field" ? `${label(one)} ${t("is")} …` : <bdi>{safeLine(label(one))}</bdi>}
            {one.kind === "value" && one.count !== null && <Many counted={one.count} />}
          </li>
        ))}
      </ul>
      {complaint !== null && (
        <p className={styles.complaint} id={`${id}-complaint`} role="alert">
          {complaint}
        </p>
      )}
    </div>
  );
}

/** How many items have a value. */
function Many({ counted }: { counted: Counted }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const count = format.count(counted.count);
  return <span className={styles.many}>{counted.count_is === "exact" ? count : t("many", { count })}</span>;
}
