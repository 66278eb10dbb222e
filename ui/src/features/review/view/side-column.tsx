import { useTranslation } from "react-i18next";
import { useKeysOf } from "@/shared/keys";
import caps from "@/shared/keys/key-of.module.css";
import { Asked } from "./asked";
import { ContextTab } from "./context-tab";
import controls from "./controls.module.css";
import { evidenceOf } from "./finding-card";
import { FindingsTab } from "./findings-tab";
import keys from "./room.module.css";
import { GuidelineTab, HistoryTab, historyCount } from "./side-tabs";
import type { DeskView, SideTab } from "./use-desk";

/** The tabs an item has; what was asked is one of them where there is no left column. */
export function tabsOf(view: DeskView, folded: boolean): readonly SideTab[] {
  return [
    "findings",
    "context",
    ...(folded ? (["asked"] as const) : []),
    ...(view.model.assignment.guideline ? (["guideline"] as const) : []),
    "history",
  ];
}

/** Findings, context, guideline, history. */
export function SideColumn({ view, tabs }: { view: DeskView; tabs: readonly SideTab[] }) {
  const { t } = useTranslation("review");
  const counts: Partial<Record<SideTab, number>> = {
    findings: view.model.findings.length,
    context: view.model.passages.length,
    history: historyCount(view.model),
  };
  const open = tabs.includes(view.tab) ? view.tab : "findings";
  return (
    <>
      <h2 className="hidden-text">{t("side.label")}</h2>
      <div className={keys.tabRow}>
        <div className={controls.tabs} role="tablist" aria-label={t("side.label")}>
          {tabs.map((tab, at) => (
            <button
              key={tab}
              type="button"
              role="tab"
              id={`tab-${tab}`}
              aria-selected={tab === open}
              aria-controls="side-panel"
              tabIndex={tab === open ? 0 : -1}
              onClick={() => view.setTab(tab)}
              onKeyDown={(event) => {
                const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
                const next = tabs[(at + by + tabs.length) % tabs.length];
                if (by === 0 || !next) return;
                event.preventDefault();
                view.setTab(next);
                document.getElementById(`tab-${next}`)?.focus();
              }}
            >
              {t(`side.${tab}`)}
              {counts[tab] !== undefined && counts[tab] > 0 && <span className={controls.count}>{counts[tab]}</span>}
            </button>
          ))}
        </div>
        <FindingKeys />
      </div>
      <div role="tabpanel" id="side-panel" aria-labelledby={`tab-${open}`}>
        <SideContent view={view} tab={open} />
      </div>
    </>
  );
}

function FindingKeys() {
  const both = [...useKeysOf("next"), ...useKeysOf("previous")];
  return (
    <span className={keys.tabKeys} aria-hidden="true">
      {both.map((key) => (
        <kbd key={key} className={caps.cap}>
          {key}
        </kbd>
      ))}
    </span>
  );
}

/** What stands in one tab. */
export function SideContent({ view, tab }: { view: DeskView; tab: SideTab }) {
  const { model, draft } = view;
  switch (tab) {
    case "asked":
      return <Asked model={model} onCompare={view.setComparing} onLink={view.setLink} />;
    case "guideline":
      return <GuidelineTab model={model} onLink={view.setLink} />;
    case "history":
      return <HistoryTab model={model} onCompare={view.setComparing} />;
    case "context":
      return (
        <ContextTab
          model={model}
          sentence={view.sentence}
          related={view.finding ? evidenceOf(model, view.finding) : []}
          selected={view.passage}
          labels={draft.passages}
          onSelect={view.setPassage}
          onSentence={(range) => {
            view.setSentence(range);
            requestAnimationFrame(() => document.querySelector('mark[data-kind="sentence"]')?.scrollIntoView({ block: "nearest" }));
          }}
          onLabel={view.label}
          onLink={view.setLink}
        />
      );
    case "findings":
      return (
        <FindingsTab
          model={model}
          shown={view.shown}
          states={view.states}
          selected={view.selected}
          evidence={view.evidence}
          answers={draft.findings}
          recheck={view.desk.recheck}
          edited={view.edited}
          sort={view.sort}
          onSort={view.setSort}
          onSelect={view.select}
          onAnswer={view.answer}
          onPassage={(passage) => {
            view.setPassage(view.passage === passage ? null : passage);
          }}
          onLink={view.setLink}
        />
      );
  }
}
