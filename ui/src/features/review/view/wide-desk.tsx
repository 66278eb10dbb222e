import { Drawer } from "@mantine/core";
import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";
import { KeyOf } from "@/shared/keys";
import type { RoomState } from "../model/room-state";
import { Asked } from "./asked";
import controls from "./controls.module.css";
import dock from "./dock.module.css";
import { LastVerdictNote } from "./last-verdict";
import { OutputArea } from "./middle-column";
import { MoreMenu } from "./more-menu";
import { Outline } from "./outline";
import { RoomBar } from "./room-bar";
import styles from "./room.module.css";
import { SideColumn, tabsOf } from "./side-column";
import { AfterDock, DeskStrips } from "./strips";
import type { DeskView } from "./use-desk";
import type { RoomDialogs } from "./use-desk-keys";
import type { RoomLayout } from "./use-layout";
import { BackToVerdicts, SendVerdict, VerdictFields, Verdicts } from "./verdict-dock";
import { WhyLine } from "./why-line";

export interface DeskProps {
  view: DeskView;
  state: RoomState;
  layout: RoomLayout;
  dialogs: RoomDialogs;
  now: () => number;
  headingRef: RefObject<HTMLHeadingElement | null>;
  typing: boolean;
  onLeave: () => void;
  onRule?: (version: number) => void;
  onFocusDock: () => void;
}

/** Three columns, or two, or one with a drawer; the dock's columns are the page's columns. */
export function WideDesk(props: DeskProps) {
  const { view, state, layout, dialogs, headingRef, onLeave, onRule, onFocusDock } = props;
  const { t } = useTranslation("review");
  const { desk, model, room } = view;
  const [drawer, setDrawer] = useState(false);
  const tabs = tabsOf(view, layout !== "wide");
  const side = <SideColumn view={view} tabs={tabs} />;
  return (
    <div className={styles.room}>
      <RoomBar desk={desk} findings={model.findings.length} done={state.done} headingRef={headingRef} phone={false} onBack={onLeave} onHelp={() => dialogs.setOpen("help")} />
      <div>
        <DeskStrips state={state} desk={desk} onNewer={(use) => room.useNewer(use)} onSendAgain={() => room.sendAgain()} onCancelWaiting={() => room.cancelWaiting()} />
      </div>
      <main className={styles.body} data-shown={desk.shownAt !== null}>
        {layout === "wide" && (
          <aside className={`${styles.col} ${styles.left}`} aria-label={t("regions.asked")} tabIndex={0}>
            <Outline model={model} />
            <Asked model={model} onCompare={view.setComparing} onLink={view.setLink} />
          </aside>
        )}
        <section data-column="output" className={`${styles.col} ${styles.mid}`} aria-label={t("regions.output")} tabIndex={0}>
          <WhyLine assignment={desk.assignment} {...(onRule ? { onRule } : {})} />
          {layout === "narrow" && (
            <p className={styles.why}>
              <button type="button" className={`${controls.small} ${styles.drawerButton}`} onClick={() => setDrawer(true)}>
                {t("regions.openEvidence", { count: model.findings.length })}
              </button>
            </p>
          )}
          <OutputArea view={view} onLeaveText={onFocusDock} />
        </section>
        {layout !== "narrow" && (
          <aside className={`${styles.col} ${styles.right}`} aria-label={t("regions.evidence")} tabIndex={0}>
            {side}
          </aside>
        )}
      </main>
      {layout === "narrow" && (
        <Drawer opened={drawer} onClose={() => setDrawer(false)} position="right" title={t("regions.evidence")} closeButtonProps={{ "aria-label": t("close") }}>
          {side}
        </Drawer>
      )}
      <Dock {...props} />
    </div>
  );
}

function Dock({ view, state, dialogs, now, typing, onLeave, onFocusDock }: DeskProps) {
  const { t } = useTranslation("review");
  const { desk, room } = view;
  if (desk.phase === "lost" || desk.phase === "decided") return <AfterDock draftText={() => draftText(view)} onNext={() => void room.nextItem()} onLeave={onLeave} />;
  const choosing = desk.mode !== "read";
  return (
    <section className={dock.dock} data-open={choosing || undefined} aria-label={t("regions.verdict")} id="verdict" tabIndex={-1}>
      <div className={dock.start}>
        {choosing ? (
          <BackToVerdicts
            dim={typing}
            onBack={() => {
              room.setMode("read");
              onFocusDock();
            }}
          />
        ) : (
          <LastVerdictNote last={desk.phase === "waiting" ? null : state.last} now={now} onUndo={() => void room.undo()} />
        )}
      </div>
      <div className={dock.middle}>
        <div className={dock.column}>
          {choosing ? (
            <DeskFields view={view} dim={typing} onLeaveField={onFocusDock} />
          ) : (
            <Verdicts allowed={desk.assignment.verdicts} phase={desk.phase} chosen={desk.phase === "waiting" ? desk.draft.verdict : null} offline={state.offlineSince !== null} dim={typing} onVerdict={(verdict) => onVerdict(view, verdict)} />
          )}
        </div>
      </div>
      <div className={dock.end}>
        {choosing ? (
          <DeskSend view={view} offline={state.offlineSince !== null} />
        ) : (
          <>
            <button type="button" className={controls.ghost} onClick={() => dialogs.setOpen("skip")}>
              {t("dock.skip")} <KeyOf action="skip" dim={typing} />
            </button>
            <button type="button" className={controls.ghost} onClick={() => dialogs.setOpen("expert")}>
              {t("dock.expert")} <KeyOf action="askExpert" dim={typing} />
            </button>
            <MoreMenu onReturn={() => void room.giveBack({ reason: null })} onSkip={() => dialogs.setOpen("skip")} onExpert={() => dialogs.setOpen("expert")} />
          </>
        )}
      </div>
    </section>
  );
}

export function onVerdict(view: DeskView, verdict: "approve" | "edit" | "reject"): void {
  if (!view.room.awake()) return;
  if (verdict === "approve") view.decide("approve");
  else view.room.setMode(verdict);
}

/** The fields of the verdict being given. */
export function DeskFields({ view, dim, roomy = false, onLeaveField }: { view: DeskView; dim: boolean; roomy?: boolean; onLeaveField: () => void }) {
  const { desk, room, draft } = view;
  if (desk.mode === "read") return null;
  return (
    <VerdictFields
      mode={desk.mode}
      draft={draft}
      form={desk.assignment.form}
      needs={view.needs}
      missing={desk.missing}
      suggested={view.suggested}
      picking={view.picking}
      roomy={roomy}
      dim={dim}
      refusedReason={refusedReason(desk.refused)}
      reasonRef={view.reasonRef}
      onDraft={(part) => room.change(part)}
      onPick={view.setPicking}
      onLeaveField={onLeaveField}
    />
  );
}

function refusedReason(refused: Error | null): string | null {
  return refused !== null && "field" in refused && typeof refused.field === "function" ? (refused.field("/reason") as string | null) : null;
}

/** The button that sends, and in one line what still stands in the way. */
export function DeskSend({ view, offline }: { view: DeskView; offline: boolean }) {
  const { t } = useTranslation("review");
  const { desk } = view;
  if (desk.mode === "read") return null;
  const lacking = desk.missing.find((need) => need === "change" || need === "valid");
  const problem = lacking ? t(`dock.missing.${lacking}`) : desk.missing.length > 0 ? t("dock.missing.fields") : view.needs.reason !== null && view.needs.reason !== "always" ? t(`asked.reason.${view.needs.reason}`) : null;
  return <SendVerdict mode={desk.mode} open={desk.missing.length === 0} phase={desk.phase} offline={offline} problem={problem} onSend={() => view.decide(view.verdict)} />;
}

/** What a person takes along when the item is gone: the edit, and the reason. */
export function draftText(view: DeskView): string {
  return [view.draft.text ?? view.model.text, view.draft.reason].filter((part) => part !== "").join("\n\n---\n\n");
}
