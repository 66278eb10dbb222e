import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { IconX } from "@tabler/icons-react";
import { nameOf } from "@/shared/format";
import { layoutOf, type Range, visible } from "@/shared/content";
import { editableText } from "@/shared/content/output";
import { attemptsOf } from "./asked";
import { CaretMode } from "./caret-mode";
import controls from "./controls.module.css";
import { ComparePaper, EditingPaper, ReadingPaper } from "./paper";
import { Picker } from "./picker";
import styles from "./room.module.css";
import type { DeskView } from "./use-desk";

/** The output: to read, to compare or to edit, always at the same place. */
export function OutputArea({ view, onLeaveText }: { view: DeskView; onLeaveText: () => void }) {
  const { t } = useTranslation("review");
  const { room, desk, model } = view;
  const attempt = view.comparing === null ? undefined : attemptsOf(model)[view.comparing];
  if (attempt)
    return (
      <ComparePaper
        model={model}
        title={attempt.candidate ? t("paper.compareCandidate", { number: attempt.number }) : t("paper.compareAttempt", { number: attempt.number })}
        before={typeof attempt.output === "string" ? attempt.output : editableText(attempt.output)}
        onClose={() => view.setComparing(null)}
      />
    );
  if (desk.mode === "edit" && (desk.phase === "open" || desk.phase === "waiting" || desk.phase === "sending"))
    return (
      <EditingPaper
        model={model}
        value={view.text}
        view={view.view}
        count={view.count}
        onView={view.setView}
        onChange={(text) => room.change({ text })}
        onCount={view.setCount}
        onLeave={onLeaveText}
        onSend={() => view.decide("edit")}
        focusEditor={view.editor}
      />
    );
  return (
    <>
      {view.caret && <Caret view={view} />}
      <div data-output="">
        <ReadingPaper model={model} marks={view.marks} selected={view.selected} raw={view.raw} onRaw={view.setRaw} onMark={view.select} onLink={view.setLink} onPoint={view.point} />
      </div>
      {view.marking && <SpanMenu view={view} range={view.marking} />}
      <OwnMarks view={view} />
    </>
  );
}

function Caret({ view }: { view: DeskView }) {
  const { setCaret, setSentence, setMarking } = view;
  const leave = useCallback(() => {
    setCaret(false);
    setSentence(null);
  }, [setCaret, setSentence]);
  const keep = useCallback(
    (range: Range) => {
      leave();
      setMarking(range);
    },
    [leave, setMarking],
  );
  return <CaretMode text={view.model.text} start={view.sentence?.from ?? view.finding?.range?.from ?? 0} onMove={setSentence} onKeep={keep} onLeave={leave} />;
}

function SpanMenu({ view, range }: { view: DeskView; range: Range }) {
  const { t } = useTranslation("review");
  const { form } = view.desk.assignment;
  const close = useCallback(() => view.setMarking(null), [view]);
  return (
    <div className={styles.spanMenu}>
      <Picker
        label={t("mark.as")}
        kind="one"
        options={form.categories.length > 0 ? form.categories.map((one) => one.name) : ["error"]}
        chosen={[]}
        onToggle={(category) => view.mark(range, form.categories.length > 0 ? category : null)}
        onClose={close}
      />
    </div>
  );
}

/** Words the reviewer marked, each removable. */
function OwnMarks({ view }: { view: DeskView }) {
  const { t } = useTranslation("review");
  const { draft, model, room } = view;
  if (draft.spans.length === 0) return null;
  const points = layoutOf(model.text, model.format).points;
  return (
    <section className={`${styles.why} ${styles.spanList}`} aria-label={t("mark.list")}>
      <ul>
        {draft.spans.map((span, at) => (
          <li key={at}>
            <bdi>“{visible(model.text.slice(points.toUnits(span.start), points.toUnits(span.end)).slice(0, 80))}”</bdi>
            <span className="quieter">{span.category ? nameOf(span.category) : t("mark.own")}</span>
            <button type="button" className={controls.plainLink} aria-label={t("mark.remove")} onClick={() => room.change({ spans: draft.spans.filter((_, place) => place !== at) })}>
              <IconX size={14} stroke={1.75} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
