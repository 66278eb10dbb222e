import { Button, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { nameOf, useFormat } from "@/shared/format";
import { itemsUrl } from "@/shared/links/items-url";
import { useMay } from "@/shared/session/project";
import { Note, Pill, type Tone } from "@/shared/ui";
import { useCategories } from "../api/look-at-text";
import { type CategoryRow, categoryRows, shareOf } from "../model/categories";
import { withCategory, withoutCategory } from "../model/change-category";
import styles from "../policy.module.css";

const SEVERITIES = ["minor", "major", "critical"] as const;
const TONES: Record<string, Tone> = { minor: "plain", major: "warn", critical: "bad" };

interface ErrorsViewProps {
  yaml: string;
  /** Begins a draft; null for who may only read, and while a draft is open. */
  onEdit?: (() => void) | null;
  /** In a draft: the text with one error changed. */
  onChange?: (yaml: string) => void;
}

/** The kinds of error of this project: how bad, how much of each is tolerated, what names them, how often they came. */
export default function ErrorsView({ yaml, onEdit = null, onChange }: ErrorsViewProps) {
  const { t } = useTranslation("policy");
  const { data } = useCategories();
  const [open, setOpen] = useState<string | null>(null);
  const rows = useMemo(() => {
    try {
      return categoryRows(yaml, data ?? null);
    } catch {
      return null;
    }
  }, [yaml, data]);
  const [fault, setFault] = useState(false);
  const change = (work: () => string) => {
    try {
      onChange?.(work());
      setFault(false);
      setOpen(null);
    } catch {
      setFault(true); // text with faults: a change could end up anywhere
    }
  };
  if (rows === null) {
    return (
      <div className={styles.words}>
        <Note tone="warn">{t("words.unreadable")}</Note>
      </div>
    );
  }
  const edited = rows.find(({ name }) => name === open) ?? null;
  return (
    <div className={styles.errors}>
      <p className="small quiet">
        {t("errors.what")} {data !== undefined && t("errors.counted", { reviews: data.reviews, audits: data.audits })}
      </p>
      {rows.length === 0 ? <p className="quiet">{t("errors.none")}</p> : <Rows rows={rows} onOpened={onChange === undefined ? null : setOpen} />}
      {fault && (
        <Note tone="warn" role="alert">
          {t("errors.faulty")}
        </Note>
      )}
      {onChange !== undefined && open === null && (
        <Button size="xs" className={styles.start} onClick={() => setOpen("")}>
          {t("errors.add")}
        </Button>
      )}
      {onChange !== undefined && open !== null && (
        <ErrorForm
          key={open}
          row={edited}
          onCancel={() => setOpen(null)}
          onSaved={(name, severity, tolerate) => change(() => withCategory(yaml, name, severity, tolerate))}
          onRemoved={edited === null || edited.isGone || edited.usedBy.length > 0 ? null : () => change(() => withoutCategory(yaml, edited.name))}
        />
      )}
      {onEdit !== null && onChange === undefined && (
        <Button size="xs" className={styles.start} onClick={onEdit}>
          {t("errors.edit")}
        </Button>
      )}
    </div>
  );
}

function Rows({ rows, onOpened }: { rows: CategoryRow[]; onOpened: ((name: string) => void) | null }) {
  const { t } = useTranslation("policy");
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("view.errors")}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("errors.name")}</th>
            <th scope="col">{t("errors.severity")}</th>
            <th scope="col">{t("errors.tolerated")}</th>
            <th scope="col">{t("errors.found")}</th>
            <th scope="col">{t("errors.named")}</th>
            <th scope="col">{t("errors.usedBy")}</th>
            {onOpened !== null && (
              <th scope="col">
                <span className="hidden-text">{t("errors.change")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.name} row={row} onOpened={onOpened} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, onOpened }: { row: CategoryRow; onOpened: ((name: string) => void) | null }) {
  const { t } = useTranslation("policy");
  const format = useFormat();
  const mayReadItems = useMay("items.read");
  const { use } = row;
  return (
    <tr>
      <th scope="row">
        <bdi>{nameOf(row.name)}</bdi> {row.isGone && <Pill tone="warn">{t("errors.gone")}</Pill>}
      </th>
      <td>{row.isGone ? "" : <Pill tone={TONES[row.severity] ?? "plain"}>{t(`errors.severities.${row.severity as "minor"}`, { defaultValue: row.severity })}</Pill>}</td>
      <td className="num">{row.tolerate ?? (row.isGone ? "" : t("errors.noLimit"))}</td>
      <td className={row.isAbove ? "num bad strong" : "num"}>
        {use === null || use.share === null || use.low === null || use.high === null ? (
          <span className="quieter">{t("errors.nothingYet")}</span>
        ) : (
          <>
            {format.share(use.share)} <span className="quieter nowrap">{t("errors.between", { low: format.share(use.low), high: format.share(use.high) })}</span>
            {row.isAbove && <div>{t("errors.above")}</div>}
          </>
        )}
      </td>
      <td className="num">
        {use === null || use.reviews === 0 || !mayReadItems ? (
          format.count(use?.reviews ?? 0)
        ) : (
          <a href={itemsUrl({ category: row.name })} title={t("itemsBehind")}>
            {format.count(use.reviews)}
          </a>
        )}
      </td>
      <td className={styles.usedBy}>
        <bdi>{row.usedBy.map(nameOf).join(", ")}</bdi>
      </td>
      {onOpened !== null && (
        <td>
          {!row.isGone && (
            <Button size="compact-xs" variant="subtle" aria-label={t("errors.changeNamed", { name: nameOf(row.name) })} onClick={() => onOpened(row.name)}>
              {t("errors.change")}
            </Button>
          )}
        </td>
      )}
    </tr>
  );
}

interface FormProps {
  row: CategoryRow | null;
  onSaved: (name: string, severity: string, tolerate: string | null) => void;
  onRemoved: (() => void) | null;
  onCancel: () => void;
}

function ErrorForm({ row, onSaved, onRemoved, onCancel }: FormProps) {
  const { t } = useTranslation("policy");
  const [name, setName] = useState(row?.name ?? "");
  const [severity, setSeverity] = useState(row?.severity ?? "major");
  const [tolerate, setTolerate] = useState(row?.tolerate ?? "");
  const [isSent, setIsSent] = useState(false);
  const isBadName = !/^[a-z0-9][a-z0-9_.-]{0,63}$/.test(name);
  const isBadShare = tolerate.trim() !== "" && shareOf(tolerate) === null;
  const send = (event: FormEvent) => {
    event.preventDefault();
    setIsSent(true);
    if (!isBadName && !isBadShare) onSaved(name, severity, tolerate);
  };
  return (
    <form onSubmit={send} className={styles.errorForm} aria-label={row === null ? t("errors.add") : t("errors.changeNamed", { name: nameOf(row.name) })}>
      <TextInput
        size="xs"
        label={t("errors.name")}
        description={t("errors.nameRule")}
        value={name}
        readOnly={row !== null}
        onChange={(event) => setName(event.currentTarget.value)}
        error={isSent && isBadName ? t("errors.badName") : null}
        data-autofocus
      />
      <NativeSelect
        size="xs"
        label={t("errors.severity")}
        value={severity}
        onChange={(event) => setSeverity(event.currentTarget.value)}
        data={SEVERITIES.map((value) => ({ value, label: t(`errors.severities.${value}`) }))}
      />
      <TextInput
        size="xs"
        label={t("errors.tolerated")}
        description={t("errors.tolerateRule")}
        value={tolerate}
        onChange={(event) => setTolerate(event.currentTarget.value)}
        error={isSent && isBadShare ? t("errors.badShare") : null}
      />
      <div className={styles.formButtons}>
        {onRemoved !== null && (
          <Button size="xs" variant="subtle" onClick={onRemoved}>
            {t("errors.remove")}
          </Button>
        )}
        <Button size="xs" variant="subtle" onClick={onCancel}>
          {t("cancel")}
        </Button>
        <Button size="xs" type="submit" variant="filled">
          {t("errors.save")}
        </Button>
      </div>
    </form>
  );
}
