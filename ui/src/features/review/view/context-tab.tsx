import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PassageLabel } from "@/api/schema";
import { EvidencePassage, type Range, visible } from "@/shared/content";
import { useFormat } from "@/shared/format";
import styles from "./context-tab.module.css";
import controls from "./controls.module.css";
import type { ItemModel } from "./item-model";

interface ContextTabProps {
  model: ItemModel;
  /** What is selected in the output: its passages come first, with what they share marked. */
  sentence: Range | null;
  /** Passages of the selected finding. */
  related: readonly { passage: number; range: Range }[];
  selected: number | null;
  labels: Readonly<Record<string, PassageLabel>>;
  onSelect: (passage: number | null) => void;
  onSentence: (range: Range) => void;
  onLabel: (id: string, label: PassageLabel | null) => void;
  onLink: (address: string) => void;
}

const AT_ONCE = 12;
const LABELS: readonly PassageLabel[] = ["used", "irrelevant", "wrong", "missing"];

/** The passages the model was given: those of the selection first, the others by search; never all drawn at once. */
export function ContextTab({ model, sentence, related, selected, labels, onSelect, onSentence, onLabel, onLink }: ContextTabProps) {
  const { t } = useTranslation("review");
  const format = useFormat();
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState(AT_ONCE);
  const order = useMemo(() => ordered(model, sentence, related, search), [model, sentence, related, search]);
  const found = order[0] !== undefined && order[0].ranges.length > 0;
  if (model.passages.length === 0) return <p className="small quiet">{t("context.none")}</p>;
  return (
    <>
      {model.passages.length > 6 && (
        <input className={controls.input} type="search" value={search} placeholder={t("context.search")} aria-label={t("context.search")} onChange={(event) => setSearch(event.currentTarget.value)} />
      )}
      <p className={`meta ${styles.hint}`} aria-live="polite">
        {sentence ? t(found ? "context.forSentence" : "context.noneForSentence") : search ? t("context.found", { count: order.length }) : t("context.hint")}
      </p>
      {sentence === null && search === "" && <WeakSentences model={model} onSentence={onSentence} />}
      <ul className={styles.list}>
        {order.slice(0, shown).map(({ passage: at, ranges }) => {
          const passage = model.passages[at];
          if (!passage) return null;
          return (
            <li key={passage.id} data-passage={at}>
              <EvidencePassage
                text={passage.text}
                source={passage.title ?? passage.source ?? passage.id}
                relation="plain"
                highlights={ranges}
                score={passage.score === null || passage.score === undefined ? null : t("context.score", { score: format.decimal(passage.score) })}
                current={selected === at}
                onSelect={() => onSelect(selected === at ? null : at)}
                onLink={onLink}
                tools={
                  <div className={styles.labels} role="group" aria-label={t("context.label")}>
                    {LABELS.map((label) => (
                      <button key={label} type="button" className={styles.label} aria-pressed={labels[passage.id] === label} onClick={() => onLabel(passage.id, labels[passage.id] === label ? null : label)}>
                        {t(`context.labels.${label}`)}
                      </button>
                    ))}
                  </div>
                }
              />
            </li>
          );
        })}
      </ul>
      {order.length > shown && (
        <button type="button" className={controls.small} onClick={() => setShown(shown + AT_ONCE * 2)}>
          {t("context.more", { count: order.length - shown })}
        </button>
      )}
    </>
  );
}

/** Sentences that share least with any passage: where to look first, not a judgement. */
function WeakSentences({ model, onSentence }: Pick<ContextTabProps, "model" | "onSentence">) {
  const { t } = useTranslation("review");
  const weak = useMemo(
    () =>
      model.sentences
        .map((range) => ({ range, words: model.text.slice(range.from, range.to) }))
        .filter(({ words }) => words.length > 30 && model.sentences.length < 400)
        .map((one) => ({ ...one, support: model.index.support(one.words) ?? 1 }))
        .filter(({ support }) => support < 0.35)
        .sort((one, other) => one.support - other.support)
        .slice(0, 3),
    [model],
  );
  if (weak.length === 0) return null;
  return (
    <section className={styles.weak}>
      <h3>{t("context.weak")}</h3>
      <ul>
        {weak.map(({ range, words }) => (
          <li key={range.from}>
            <button type="button" className={controls.plainLink} onClick={() => onSentence(range)}>
              <bdi>{visible(words.length > 90 ? `${words.slice(0, 88)}…` : words)}</bdi>
            </button>
          </li>
        ))}
      </ul>
      <p className="meta">{t("context.weakWhy")}</p>
    </section>
  );
}

interface Entry {
  readonly passage: number;
  readonly ranges: readonly Range[];
}

/** Best for the selection, else those of the finding, else as they came; the search narrows all of them. */
function ordered(model: ItemModel, sentence: Range | null, related: readonly { passage: number; range: Range }[], search: string): readonly Entry[] {
  const wanted = search.trim().toLocaleLowerCase();
  const hits = sentence ? model.index.best(model.text.slice(sentence.from, sentence.to), 8).map((hit) => ({ passage: hit.passage, ranges: [hit.range] })) : [];
  const byFinding = sentence ? [] : related.map((one) => ({ passage: one.passage, ranges: one.range.to > one.range.from ? [one.range] : [] }));
  const first = [...hits, ...byFinding];
  const taken = new Set(first.map((entry) => entry.passage));
  const rest = model.passages.map((_, passage): Entry => ({ passage, ranges: [] })).filter((entry) => !taken.has(entry.passage));
  const all = [...first, ...rest];
  if (wanted === "") return all;
  return all.flatMap((entry) => {
    const text = model.passages[entry.passage]?.text ?? "";
    const at = text.toLocaleLowerCase().indexOf(wanted);
    return at < 0 ? [] : [{ passage: entry.passage, ranges: [{ from: at, to: at + wanted.length }] }];
  });
}
