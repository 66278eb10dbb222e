import { type KeyHandlers, useKeys } from "@/shared/keys";
import { selectedRange } from "@/shared/content";
import { attemptsOf } from "./asked";
import type { DeskView, SideTab } from "./use-desk";

export interface RoomDialogs {
  open: "skip" | "expert" | "help" | null;
  setOpen: (dialog: "skip" | "expert" | "help" | null) => void;
}

/** What the keys do on the desk. Verdict keys sleep for a moment after a new item. */
export function useDeskKeys(view: DeskView, tabs: readonly SideTab[], dialogs: RoomDialogs, heading: () => void): void {
  const { room, desk, model } = view;
  const choosing = desk.mode !== "read";
  const verdict = (work: () => void) => () => {
    if (room.awake()) work();
  };
  const handlers: KeyHandlers = {
    next: () => view.step(1),
    previous: () => view.step(-1),
    isError: () => view.answerSelected("error"),
    notError: () => view.answerSelected("not_error"),
    nextEvidence: () => view.turnEvidence(1),
    previousEvidence: () => view.turnEvidence(-1),
    raw: () => view.setRaw(!view.raw),
    nextTab: () => {
      const next = tabs[(tabs.indexOf(view.tab) + 1) % tabs.length];
      if (next) view.setTab(next);
    },
    compare: () => toggleCompare(view),
    undo: verdict(() => void room.undo()),
    help: () => dialogs.setOpen("help"),
    close: () => closeTopmost(view, heading),
  };
  if (desk.phase === "open")
    Object.assign(handlers, {
      approve: verdict(() => view.decide("approve")),
      edit: verdict(() => (choosing && desk.mode === "edit" ? view.editor.current?.focus() : room.setMode("edit"))),
      reject: verdict(() => room.setMode("reject")),
      skip: verdict(() => dialogs.setOpen("skip")),
      askExpert: verdict(() => dialogs.setOpen("expert")),
      mark: () => startMarking(view),
    } satisfies KeyHandlers);
  if (desk.phase === "open" && choosing)
    Object.assign(handlers, {
      send: () => view.decide(view.verdict),
      reason: () => view.reasonRef.current?.focus(),
      ...(desk.mode === "approve"
        ? {}
        : {
            severityMinor: () => room.change({ severity: "minor" }),
            severityMajor: () => room.change({ severity: "major" }),
            severityCritical: () => room.change({ severity: "critical" }),
            categories: () => {
              if (model.assignment.form.categories.length > 0) view.setPicking(true);
            },
          }),
    } satisfies KeyHandlers);
  if (desk.phase === "lost" || desk.phase === "decided") handlers.nextItem = () => void room.nextItem();
  useKeys(handlers, { enabled: !view.caret });
}

function toggleCompare(view: DeskView): void {
  if (view.desk.mode === "edit") {
    view.setView(view.view === "original" ? "changes" : "original");
    return;
  }
  const attempts = attemptsOf(view.model);
  if (attempts.length === 0) return;
  view.setComparing(view.comparing === null ? attempts.length - 1 : null);
}

/** Esc closes what lies on top: picker, comparison, highlights, then the fields of a verdict. */
function closeTopmost(view: DeskView, heading: () => void): void {
  if (view.marking) view.setMarking(null);
  else if (view.picking) view.setPicking(false);
  else if (view.comparing !== null) view.setComparing(null);
  else if (view.sentence || view.passage !== null) {
    view.setSentence(null);
    view.setPassage(null);
  } else if (view.desk.mode !== "read") {
    view.room.setMode("read");
    heading();
  }
}

function startMarking(view: DeskView): void {
  if (view.raw || view.desk.mode === "edit" || view.model.json) return;
  const frame = document.querySelector<HTMLElement>("[data-output]");
  const range = frame ? selectedRange(frame, document.getSelection()) : null;
  if (range && range.to > range.from) {
    view.setMarking(range);
    document.getSelection()?.removeAllRanges();
  } else view.setCaret(true);
}
