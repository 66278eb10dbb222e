import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { nameOf } from "@/shared/format";
import { MomentField } from "@/shared/ui/moment-field";
import { usePeopleNames } from "./api/audit-log";
import styles from "./audit-log.module.css";
import { type EntryFilter, KINDS, withField } from "./filter";

const GROUPS = ["items", "people", "rules", "access", "log"] as const;

interface FiltersProps {
  filter: EntryFilter;
  onFilterChanged: (filter: EntryFilter) => void;
}

/** What happened, who did it, to which item, and when. */
export function EntriesFilters({ filter, onFilterChanged }: FiltersProps) {
  const { t } = useTranslation("audit-log");
  const people = usePeopleNames();
  const [item, setItem] = useState(filter.item_id ?? "");
  const set = (name: keyof EntryFilter, value: string | undefined) => onFilterChanged(withField(filter, name, value));
  const person = filter.actor_id?.replace(/^person:/, "");
  const isListed = person === undefined || person === "system" || people.some((one) => one.id === person);
  const isChosen = filter.kind === undefined || GROUPS.some((group) => KINDS[group].some((kind) => kind === filter.kind));
  return (
    <form
      className={styles.filters}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        set("item_id", item.trim());
      }}
    >
      <NativeSelect
        size="xs"
        label={t("filter.kind")}
        value={filter.kind ?? ""}
        onChange={(event) => set("kind", event.currentTarget.value)}
        data={[
          { value: "", label: t("filter.any") },
          ...(isChosen ? [] : [{ value: filter.kind ?? "", label: (filter.kind ?? "").split(",").map(nameOf).join(", ") }]),
          ...GROUPS.map((group) => ({ group: t(`filter.group.${group}`), items: KINDS[group].map((kind) => ({ value: kind, label: nameOf(kind) })) })),
        ]}
      />
      <NativeSelect
        size="xs"
        label={t("filter.actor")}
        value={person ?? ""}
        onChange={(event) => set("actor_id", event.currentTarget.value)}
        data={[
          { value: "", label: t("filter.anybody") },
          { value: "system", label: t("system") },
          ...(isListed ? [] : [{ value: person, label: person.startsWith("key:") ? t("apiKey") : t("gone") }]),
          ...people.map((one) => ({ value: one.id, label: one.name })),
        ]}
      />
      <TextInput size="xs" label={t("filter.item")} value={item} onChange={(event) => setItem(event.currentTarget.value)} onBlur={() => item.trim() !== (filter.item_id ?? "") && set("item_id", item.trim())} maxLength={36} />
      <MomentField label={t("filter.from")} value={filter.from} onChosen={(moment) => set("from", moment)} />
      <MomentField label={t("filter.to")} value={filter.to} onChosen={(moment) => set("to", moment)} />
      {Object.keys(filter).length > 0 && (
        <Button size="xs" variant="subtle" onClick={() => onFilterChanged({})}>
          {t("filter.clear")}
        </Button>
      )}
    </form>
  );
}
