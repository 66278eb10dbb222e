import { IconHistory, IconPaperclip, IconUser } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Json, JsonObject } from "@/api/schema";
import { MarkedText, visible, Words } from "@/shared/content";
import { nameOf, useFormat, useNow } from "@/shared/format";
import styles from "./asked.module.css";
import controls from "./controls.module.css";
import type { ItemModel } from "./item-model";

interface AskedProps {
  model: ItemModel;
  onCompare: (attempt: number) => void;
  onLink: (address: string) => void;
}

/** What was asked, of whom, with which facts; and what came before. */
export function Asked({ model, onCompare, onLink }: AskedProps) {
  const { t } = useTranslation("review");
  const { item } = model.assignment;
  const single = model.turns.length === 1 ? model.turns[0] : undefined;
  return (
    <div className={styles.asked}>
      {single && typeof single.content === "string" && (
        <Part title={t("asked.customerWrote")}>
          <Said text={single.content} onLink={onLink} />
        </Part>
      )}
      {model.turns.length > 1 && <Part title={t("asked.customerWrote")}><p className="small quiet">{t("asked.turnsInMiddle", { count: model.turns.length })}</p></Part>}
      {model.instruction !== null && (
        <Part title={t(model.turns.length > 0 || item.messages ? "asked.modelWasTold" : "asked.modelWasAsked")}>
          <Said text={model.instruction} onLink={onLink} quiet={model.turns.length > 0} />
        </Part>
      )}
      {model.turns.length === 0 && model.instruction === null && <Part title={t("asked.modelWasAsked")}><p className="small quiet">{t("asked.nothing")}</p></Part>}
      <Part title={t("asked.facts")}>
        <Facts model={model} />
      </Part>
      <Before model={model} onCompare={onCompare} />
      {item.reasoning && (
        <details className={styles.folded}>
          <summary>{t("asked.reasoning")}</summary>
          <Said text={item.reasoning} onLink={onLink} />
        </details>
      )}
      <Attachments item={item} />
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Said({ text, onLink, quiet = false }: { text: string; onLink: (address: string) => void; quiet?: boolean }) {
  return (
    <div className={quiet ? styles.told : styles.said} tabIndex={quiet ? undefined : 0}>
      <MarkedText text={text} format="plain" onLink={onLink} />
    </div>
  );
}

function Facts({ model }: { model: ItemModel }) {
  const { t } = useTranslation("review");
  const format = useFormat();
  const { item, segment } = model.assignment;
  const rows: [string, string, string?][] = Object.entries(item.metadata ?? {}).map(([name, value]) => [nameOf(name), shown(value, format.count, t("yes"), t("no")), name]);
  if (segment !== "default") rows.push([t("asked.segment"), segment]);
  if (item.language) rows.push([t("asked.language"), format.languages([item.language])]);
  if (item.end_user) rows.push([t("asked.person"), item.end_user.name ?? item.end_user.id]);
  rows.push(...consequences(item.consequence, t));
  if (item.confidence !== null && item.confidence !== undefined) rows.push([t("asked.confidence"), format.decimal(item.confidence)]);
  return (
    <dl className={styles.facts}>
      {rows.map(([name, value, key]) => (
        <div key={key ?? name}>
          <dt>
            <Words text={name} />
          </dt>
          <dd>
            <Words text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function shown(value: Json, count: (value: number) => string, yes: string, no: string): string {
  if (Array.isArray(value)) return value.map((one) => shown(one, count, yes, no)).join(", ");
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) >= 10_000 ? count(value) : String(value);
  if (typeof value === "boolean") return value ? yes : no;
  return value === null ? "–" : typeof value === "string" ? value : JSON.stringify(value);
}

function consequences(consequence: JsonObject | null | undefined, t: ReturnType<typeof useTranslation<"review">>["t"]): [string, string][] {
  if (!consequence) return [];
  const rows: [string, string][] = [];
  const hits = consequence["hits"];
  if (Array.isArray(hits) && hits.length > 0) rows.push([t("asked.hits"), hits.map((one) => hitWord(String(one), t)).join(", ")]);
  if (consequence["is_reversible"] === false) rows.push([t("asked.reversible"), t("no")]);
  if (typeof consequence["cost"] === "number") rows.push([t("asked.cost"), String(consequence["cost"])]);
  return rows;
}

const hitWord = (word: string, t: ReturnType<typeof useTranslation<"review">>["t"]): string =>
  word === "internal" || word === "customer" || word === "regulator" || word === "money" ? t(`asked.hit.${word}`) : word;

/** Earlier attempts, other candidates, and what the end user did before. */
function Before({ model, onCompare }: Pick<AskedProps, "model" | "onCompare">) {
  const { t } = useTranslation("review");
  const attempts = attemptsOf(model);
  const history = model.assignment.item.end_user?.history ?? [];
  if (attempts.length === 0 && history.length === 0) return null;
  return (
    <Part title={t("asked.before")}>
      <ul className={styles.lines}>
        {attempts.map((attempt, at) => (
          <li key={at}>
            <IconHistory size={16} stroke={1.75} aria-hidden="true" />
            <span>
              {attempt.candidate ? t("asked.candidate", { number: attempt.number }) : t("asked.attempt", { number: attempt.number })}
              {attempt.note && (
                <>
                  {": "}
                  <Words text={attempt.note} />
                </>
              )}
            </span>
            <button type="button" className={`${controls.plainLink} push nowrap`} onClick={() => onCompare(at)}>
              {t("asked.compare")}
            </button>
          </li>
        ))}
        {history.slice(-3).map((entry, at) => (
          <HistoryLine key={`h${at}`} {...entry} />
        ))}
      </ul>
    </Part>
  );
}

export function HistoryLine({ at, kind, text }: { at: string; kind: string; text: string }) {
  const format = useFormat();
  const now = useNow(60_000);
  return (
    <li>
      <IconUser size={16} stroke={1.75} aria-hidden="true" />
      <span>
        <span className="quieter">
          {format.moment(at, now)}, <Words text={kind} />:{" "}
        </span>
        <Words text={text} />
      </span>
    </li>
  );
}

export interface EarlierOutput {
  readonly number: number;
  readonly candidate: boolean;
  readonly note: string | null;
  readonly output: NonNullable<ItemModel["assignment"]["item"]["output"]>;
}

/** Everything the output can be compared with: earlier attempts, then other candidates. */
export function attemptsOf(model: ItemModel): readonly EarlierOutput[] {
  const { attempts, candidates } = model.assignment.item;
  return [
    ...(attempts ?? []).map((attempt, at) => ({ number: at + 1, candidate: false, note: attempt.error ?? attempt.model ?? null, output: attempt.output })),
    ...(candidates ?? []).slice(1).map((one, at) => ({ number: at + 2, candidate: true, note: one.agent ?? one.model ?? null, output: one.output })),
  ];
}

function Attachments({ item }: { item: ItemModel["assignment"]["item"] }) {
  const { t } = useTranslation("review");
  const given: unknown = "attachments" in item ? item.attachments : null;
  if (!Array.isArray(given) || given.length === 0) return null;
  return (
    <Part title={t("asked.attachments")}>
      <ul className={styles.lines}>
        {given.map((one: { name?: unknown; media_type?: unknown }, at) => (
          <li key={at}>
            <IconPaperclip size={16} stroke={1.75} aria-hidden="true" />
            <span>
              <Words text={String(one.name ?? "")} /> <span className="quieter">{visible(String(one.media_type ?? ""))}</span>
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}
