import { lazy, type PointerEvent, type ReactNode, Suspense, useCallback, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ChatTurns, ContentFrame, JsonView, type Mark, MarkedText, type Range, RawView, selectedRange, ToolCall } from "@/shared/content";
import { useFormat } from "@/shared/format";
import { KeyOf } from "@/shared/keys";
import { editableText } from "@/shared/content/output";
import controls from "./controls.module.css";
import type { ItemModel } from "./item-model";
import { LONG, WordPlace } from "./outline";
import styles from "./room.module.css";

const DiffEditor = lazy(() => import("@/shared/content/diff-editor"));
/** Fetches the editor while nothing else is to do, so that Edit opens at once. */
export const preloadEditor = (): void => void import("@/shared/content/diff-editor");

export type EditView = "changes" | "result" | "original";

interface ReadingProps {
  model: ItemModel;
  marks: readonly Mark[];
  selected: string | null;
  raw: boolean;
  onRaw: (raw: boolean) => void;
  onMark: (id: string) => void;
  onLink: (address: string) => void;
  /** A place was pressed, or words were selected. */
  onPoint: (range: Range) => void;
}

/** The output as it came: the brightest thing on the screen. */
export function ReadingPaper({ model, marks, selected, raw, onRaw, onMark, onLink, onPoint }: ReadingProps) {
  const { t } = useTranslation("review");
  const format = useFormat();
  const { item } = model.assignment;
  const root = useRef<HTMLDivElement>(null);
  const onPointerUp = useCallback(
    (event: PointerEvent) => {
      if (event.target instanceof HTMLElement && event.target.closest("mark[data-kind=finding],[role=link],button")) return;
      const range = root.current ? selectedRange(root.current, document.getSelection()) : null;
      if (range) onPoint(range);
    },
    [onPoint],
  );
  return (
    <ContentFrame
      name={t("paper.output")}
      label={t("paper.output")}
      detail={madeBy(model, t)}
      sticky={model.words >= LONG}
      language={item.language ?? null}
      tools={
        <>
          <span className="num">{model.json ? t("paper.characters", { count: model.text.length }) : model.words >= LONG ? <WordPlace model={model} /> : t("paper.words", { count: model.words })}</span>
          <span className={controls.seg} role="group" aria-label={t("paper.view")}>
            <button type="button" aria-pressed={!raw} onClick={() => onRaw(false)}>
              {t(model.json ? "paper.values" : "paper.text")}
            </button>
            <button type="button" aria-pressed={raw} onClick={() => onRaw(true)}>
              {t("paper.raw")} <KeyOf action="raw" />
            </button>
          </span>
        </>
      }
    >
      <div ref={root} onPointerUp={onPointerUp}>
        {raw ? <RawView text={model.text} /> : <Shown model={model} marks={marks} selected={selected} onMark={onMark} onLink={onLink} />}
      </div>
      {model.hidden > 0 && <p className={styles.noted}>{t("paper.hidden", { count: model.hidden, shown: format.count(model.hidden) })}</p>}
    </ContentFrame>
  );
}

function madeBy(model: ItemModel, t: ReturnType<typeof useTranslation<"review">>["t"]): string | null {
  const { model: name, prompt_version: prompt } = model.assignment.item;
  if (!name) return null;
  return prompt ? t("paper.modelAndPrompt", { model: name, prompt }) : name;
}

function Shown({ model, marks, selected, onMark, onLink }: Pick<ReadingProps, "model" | "marks" | "selected" | "onMark" | "onLink">) {
  const { t } = useTranslation("review");
  const { output, text } = model;
  if (output.type === "json") return <JsonView value={output.value} marks={marks} selected={selected} onMark={onMark} />;
  if (output.type === "tool_call") return <ToolCall name={output.name} args={output.arguments} marks={marks} selected={selected} onMark={onMark} />;
  const calls = output.type === "message" ? (output.tool_calls ?? []) : [];
  const body: ReactNode = (
    <>
      {text.trim() === "" && calls.length === 0 ? (
        <p className={styles.empty}>{t("paper.empty")}</p>
      ) : (
        <MarkedText text={text} format={model.format} marks={marks} selected={selected} onMark={onMark} onLink={onLink} />
      )}
      {calls.map((call, at) => (
        <div key={at} className={styles.call}>
          <p className={styles.callNote}>{t("paper.alsoRuns")}</p>
          <JsonView value={call} />
        </div>
      ))}
    </>
  );
  if (model.turns.length < 2) return body;
  return (
    <ChatTurns messages={model.turns} onLink={onLink}>
      {body}
    </ChatTurns>
  );
}

interface EditingProps {
  model: ItemModel;
  value: string;
  view: EditView;
  count: number;
  onView: (view: EditView) => void;
  onChange: (text: string) => void;
  onCount: (count: number) => void;
  onLeave: () => void;
  onSend: () => void;
  focusEditor: React.Ref<{ focus(): void }>;
}

/** The same paper as an editor: what was taken out and put in shows as it is typed. */
export function EditingPaper({ model, value, view, count, onView, onChange, onCount, onLeave, onSend, focusEditor }: EditingProps) {
  const { t } = useTranslation("review");
  const original = editableText(model.output);
  const name = model.assignment.item.model;
  return (
    <ContentFrame
      name={t("paper.yourEdit")}
      label={t("paper.yourEdit")}
      detail={name ? t("paper.against", { model: name }) : null}
      language={model.assignment.item.language ?? null}
      tone="editing"
      tools={
        <>
          <span className="num" role="status">
            {t("paper.changes", { count })}
          </span>
          <span className={controls.seg} role="group" aria-label={t("paper.view")}>
            {(["changes", "result", "original"] as const).map((one) => (
              <button key={one} type="button" aria-pressed={view === one} onClick={() => onView(one)}>
                {t(`paper.${one}`)}
              </button>
            ))}
          </span>
        </>
      }
    >
      {view === "original" ? (
        <MarkedText text={original} format={model.json ? "plain" : "markdown"} />
      ) : (
        <Suspense fallback={<MarkedText text={value} format="plain" />}>
          <DiffEditor
            original={original}
            value={value}
            label={t("paper.yourEdit")}
            json={model.json}
            showChanges={view === "changes"}
            autoFocus
            onChange={onChange}
            onCount={onCount}
            onLeave={onLeave}
            onSend={onSend}
            handle={focusEditor}
          />
        </Suspense>
      )}
    </ContentFrame>
  );
}

/** An earlier attempt against the output, changes marked. */
export function ComparePaper({ model, title, before, onClose }: { model: ItemModel; title: string; before: string; onClose: () => void }) {
  const { t } = useTranslation("review");
  return (
    <ContentFrame
      name={title}
      label={title}
      tools={
        <button type="button" className={controls.small} onClick={onClose}>
          {t("paper.backToOutput")} <KeyOf action="compare" />
        </button>
      }
    >
      <Suspense fallback={null}>
        <DiffEditor original={before} value={editableText(model.output)} label={title} json={model.json} editable={false} />
      </Suspense>
    </ContentFrame>
  );
}
