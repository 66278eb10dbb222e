import { IconChevronLeft, IconChevronRight, IconChevronUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Words } from "@/shared/content";
import controls from "./controls.module.css";
import { FindingBody, StateTag } from "./finding-card";
import { LastVerdictNote } from "./last-verdict";
import { OutputArea } from "./middle-column";
import { MoreMenu } from "./more-menu";
import { RoomBar } from "./room-bar";
import styles from "./room.module.css";
import { SideColumn, SideContent, tabsOf } from "./side-column";
import { AfterDock, DeskStrips } from "./strips";
import type { DeskView } from "./use-desk";
import { type DeskProps, DeskFields, DeskSend, draftText, onVerdict } from "./wide-desk";
import { Verdicts } from "./verdict-dock";
import { WhyLine } from "./why-line";

type Page = "output" | "evidence" | "asked";

/** One column, the verdict under the thumb; a finding rises as a sheet, deciding is a page of its own. */
export function PhoneDesk(props: DeskProps) {
  const { view, state, dialogs, now, headingRef, onLeave, onRule, onFocusDock } = props;
  const { t } = useTranslation("review");
  const { desk, model, room } = view;
  const [page, setPage] = useState<Page>("output");
  const [sheet, setSheet] = useState(false);
  const [deciding, setDeciding] = useState(false);
  const choosing = desk.mode !== "read";
  // An edit is typed on the paper first; its fields are the next page. A reject has only the fields.
  const onFields = choosing && (desk.mode !== "edit" || deciding);
  const gone = desk.phase === "lost" || desk.phase === "decided";
  const back = () => {
    if (onFields && desk.mode === "edit") setDeciding(false);
    else if (choosing) room.setMode("read");
    else onLeave();
  };
  return (
    <div className={styles.phone}>
      <RoomBar
        desk={desk}
        findings={model.findings.length}
        done={state.done}
        headingRef={headingRef}
        phone
        title={desk.mode === "read" ? null : t(`dock.${desk.mode}`)}
        onBack={back}
        onHelp={() => dialogs.setOpen("help")}
        more={<MoreMenu phone onReturn={() => void room.giveBack({ reason: null })} onSkip={() => dialogs.setOpen("skip")} onExpert={() => dialogs.setOpen("expert")} />}
      />
      <div>
        <DeskStrips state={state} desk={desk} onNewer={(use) => room.useNewer(use)} onSendAgain={() => room.sendAgain()} onCancelWaiting={() => room.cancelWaiting()} />
      </div>
      <main className={styles.col} data-column="output" data-shown={desk.shownAt !== null}>
        {onFields ? (
          <div className={styles.deciding}>
            <DeskFields view={view} roomy dim={false} onLeaveField={onFocusDock} />
          </div>
        ) : (
          <Reading view={view} page={page} onPage={setPage} onLeaveText={() => setDeciding(true)} onRule={onRule} />
        )}
      </main>
      {gone ? (
        <AfterDock draftText={() => draftText(view)} onNext={() => void room.nextItem()} onLeave={onLeave} />
      ) : (
        <section className={styles.phoneDock} aria-label={t("regions.verdict")} id="verdict" tabIndex={-1}>
          {onFields ? (
            <div className={styles.wideMain}>
              <DeskSend view={view} offline={state.offlineSince !== null} />
            </div>
          ) : desk.mode === "edit" ? (
            <div className={styles.wideMain}>
              <button type="button" className={controls.main} onClick={() => setDeciding(true)}>
                {t("phone.toFields")}
              </button>
            </div>
          ) : (
            <>
              <div className={styles.lastPhone}>
                <LastVerdictNote last={desk.phase === "waiting" ? null : state.last} now={now} onUndo={() => void room.undo()} />
              </div>
              {view.finding && <Peek view={view} onOpen={() => setSheet(true)} />}
              <div className={styles.three}>
                <Verdicts allowed={desk.assignment.verdicts} phase={desk.phase} chosen={desk.phase === "waiting" ? desk.draft.verdict : null} offline={state.offlineSince !== null} dim={false} onVerdict={(verdict) => onVerdict(view, verdict)} />
              </div>
            </>
          )}
        </section>
      )}
      {sheet && view.finding && <FindingSheet view={view} onClose={() => setSheet(false)} />}
    </div>
  );
}

interface ReadingProps {
  view: DeskView;
  page: Page;
  onPage: (page: Page) => void;
  onLeaveText: () => void;
  onRule: DeskProps["onRule"];
}

function Reading({ view, page, onPage, onLeaveText, onRule }: ReadingProps) {
  const { t } = useTranslation("review");
  const editing = view.desk.mode === "edit";
  return (
    <>
      {!editing && <WhyLine assignment={view.desk.assignment} {...(onRule ? { onRule } : {})} />}
      {!editing && (
        <div className={`${controls.seg} ${styles.phoneTabs}`} data-wide="" role="group" aria-label={t("phone.pages")}>
          {(["output", "evidence", "asked"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={page === one} onClick={() => onPage(one)}>
              {t(`phone.${one}`)}
              {one === "evidence" && view.model.passages.length > 0 && <span className="num">{view.model.passages.length}</span>}
            </button>
          ))}
        </div>
      )}
      {editing || page === "output" ? (
        <div className={styles.phonePage}>
          <OutputArea view={view} onLeaveText={onLeaveText} />
        </div>
      ) : (
        <div className={styles.phonePlain}>
          {page === "evidence" ? <SideColumn view={view} tabs={tabsOf(view, false)} /> : <SideContent view={view} tab="asked" />}
        </div>
      )}
    </>
  );
}

function Peek({ view, onOpen }: { view: DeskView; onOpen: () => void }) {
  const { t } = useTranslation("review");
  const finding = view.finding;
  if (!finding) return null;
  const at = view.shown.indexOf(finding) + 1;
  return (
    <button type="button" className={styles.peek} aria-expanded="false" onClick={onOpen}>
      <span className={styles.peekNumber}>{finding.number}</span>
      <span className="medium trunc">
        <Words text={finding.title} />
      </span>
      <span className="quieter num nowrap push">{t("phone.of", { at, all: view.shown.length })}</span>
      <IconChevronUp size={20} stroke={1.75} aria-hidden="true" />
    </button>
  );
}

/** The marked place stays in view above the sheet. */
const showMark = (key: string) => (): void => document.querySelector(`mark[data-mark="${CSS.escape(key)}"]`)?.scrollIntoView({ block: "start" });

function FindingSheet({ view, onClose }: { view: DeskView; onClose: () => void }) {
  const { t } = useTranslation("review");
  const { finding, model } = view;
  if (!finding) return null;
  const at = view.shown.indexOf(finding);
  return (
    <section ref={showMark(finding.key)} className={styles.sheet} aria-label={t("phone.findingOf", { at: at + 1, all: view.shown.length })}>
      <button type="button" className={styles.grab} aria-label={t("close")} onClick={onClose} autoFocus />
      <div className={styles.sheetTitle}>
        <span className={styles.peekNumber}>{finding.number}</span>
        <h2>
          <Words text={finding.title} />
        </h2>
        <StateTag finding={finding} state={view.states.get(finding.key) ?? "open"} />
      </div>
      <FindingBody model={model} finding={finding} answer={view.draft.findings[finding.key] ?? null} evidence={view.evidence} onAnswer={(answer) => view.answer(finding, answer)} onPassage={() => undefined} onLink={view.setLink} />
      <div className={styles.sheetNav}>
        <button type="button" className={controls.ghost} aria-disabled={at === 0 || undefined} onClick={() => view.step(-1)}>
          <IconChevronLeft size={20} stroke={1.75} aria-hidden="true" /> {t("phone.previous")}
        </button>
        <span className="quieter num small">{t("phone.of", { at: at + 1, all: view.shown.length })}</span>
        <button type="button" className={controls.ghost} aria-disabled={at === view.shown.length - 1 || undefined} onClick={() => view.step(1)}>
          {t("phone.next")} <IconChevronRight size={20} stroke={1.75} aria-hidden="true" />
        </button>
      </div>
    </section>
  );
}
