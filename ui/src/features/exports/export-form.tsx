import { Button, Checkbox, Radio } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/shared/session/project";
import { Note, useSentence } from "@/shared/ui";
import { MomentField } from "@/shared/ui/moment-field";
import { useStartExport } from "./api/exports";
import { type Asked, bodyOf, FORMATS, hasMasked, isBackwards, withValue } from "./asked";
import styles from "./exports.module.css";
import { FilterFields, type Typed } from "./filter-fields";
import { useFilterWords } from "./words";

interface FormProps {
  asked: Asked;
  /** Filters of the list of items one came from that an export cannot have. */
  unknown: readonly string[];
  onBegun: () => void;
  onCancelled: () => void;
}

/** What to write out, in which form. */
export function ExportForm({ asked: given, unknown, onBegun, onCancelled }: FormProps) {
  const { t } = useTranslation("exports");
  const mayUnmask = useMay("items.unmask");
  const [asked, setAsked] = useState(given);
  const [typed, setTyped] = useState<Typed>({ field: "domain", value: "" });
  const start = useStartExport({ onDone: onBegun });
  const change = (part: Partial<Asked>) => setAsked((before) => ({ ...before, ...part }));
  const backwards = isBackwards(asked);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (backwards || start.isPending) return;
    // What was typed and not yet added is meant too.
    start.mutate(bodyOf({ ...asked, values: withValue(asked.values, typed.field, typed.value.trim()) }));
  };
  return (
    <form className={`card ${styles.form}`} onSubmit={send} aria-label={t("new")}>
      <h2>{t("new")}</h2>
      <Radio.Group label={t("formatLabel")} value={asked.format} onChange={(value) => change({ format: FORMATS.find((one) => one === value) ?? "jsonl" })}>
        <div className={styles.formats}>
          {FORMATS.map((one) => (
            <Radio key={one} value={one} label={t(`format.${one}.name`)} description={t(`format.${one}.what`)} autoFocus={one === given.format} />
          ))}
        </div>
      </Radio.Group>
      <fieldset className={styles.fields}>
        <legend>{t("decided")}</legend>
        <div className={styles.fieldRow}>
          <MomentField label={t("from")} value={asked.from} onChosen={(from) => change({ from })} />
          <MomentField label={t("to")} value={asked.to} error={backwards ? t("backwards") : undefined} onChosen={(to) => change({ to })} />
        </div>
        <p className="meta">{t("spanWhat")}</p>
      </fieldset>
      <FilterFields values={asked.values} typed={typed} onTyped={setTyped} onChanged={(values) => change({ values })} />
      {unknown.length > 0 && <Unknown names={unknown} />}
      {mayUnmask && hasMasked(asked.format) && (
        <>
          <Checkbox label={t("unmask")} description={t("unmaskWhat")} checked={!asked.masked} onChange={(event) => change({ masked: !event.currentTarget.checked })} />
          {!asked.masked && <Note tone="warn">{t("unmaskWarning")}</Note>}
        </>
      )}
      <Refused error={start.error} />
      <div className={styles.buttons}>
        <Button type="submit" variant="filled" aria-disabled={start.isPending}>
          {t("start")}
        </Button>
        <Button variant="subtle" onClick={onCancelled}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}

function Unknown({ names }: { names: readonly string[] }) {
  const { t } = useTranslation("exports");
  const { fieldName } = useFilterWords();
  return <Note tone="warn">{t("unknown", { names: names.map((name) => (name === "q" ? t("searched") : fieldName(name))).join(", ") })}</Note>;
}

function Refused({ error }: { error: Error | null }) {
  const { t } = useTranslation("exports");
  const sentence = useSentence();
  if (error === null) return null;
  return (
    <Note tone="bad" role="alert">
      {t("notBegun")} {sentence(error)}
    </Note>
  );
}
