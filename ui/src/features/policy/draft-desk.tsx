import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { lazy, Suspense, useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ErrorField, PolicyOut } from "@/api/schema";
import { useFormat } from "@/shared/format";
import { useProject } from "@/shared/session/project";
import { CopyButton, KeyCap, LoadingShape, Note, PageHead, useSentence } from "@/shared/ui";
import { useDiff, useLanguage } from "./api/look-at-text";
import { ProposeDialog } from "./dialogs/propose-dialog";
import type { PolicyEditorHandle } from "./editor/policy-editor";
import { dropDraft, keepDraft, readDraft } from "./model/draft";
import { useValidation, type Validation } from "./model/use-validation";
import styles from "./policy.module.css";
import type { Shown } from "./policy-page";
import { Effects } from "./views/effects";
import { ViewBar } from "./views/view-bar";

const PolicyEditor = lazy(() => import("./editor/policy-editor"));
const InWords = lazy(() => import("./in-words-view"));
const CompareView = lazy(() => import("./views/compare-view"));
const TryView = lazy(() => import("./views/try-view"));
const ErrorsView = lazy(() => import("./views/errors-view"));

interface DraftDeskProps {
  active: PolicyOut;
  view: string;
  onShown: (next: Shown) => void;
}

/** The next version while it is written: faults and effects beside the text, kept in this browser with each key. */
export function DraftDesk({ active, view, onShown }: DraftDeskProps) {
  const { t } = useTranslation("policy");
  const format = useFormat();
  const { project } = useProject();
  const isPhone = useMediaQuery("(max-width: 599.98px)") ?? false;
  const language = useLanguage();
  const [draft, setDraft] = useState(() => readDraft(project) ?? { yaml: active.yaml, base: active.version, at: new Date().toISOString() });
  const [isKept, setIsKept] = useState(true);
  const [isProposing, setIsProposing] = useState(false);
  const editor = useRef<PolicyEditorHandle>(null);
  const validation = useValidation(draft.yaml);
  const { base } = draft;
  const change = useCallback(
    (yaml: string) => {
      const next = { yaml, base, at: new Date().toISOString() };
      setDraft(next);
      setIsKept(keepDraft(project, next));
    },
    [base, project],
  );
  const leave = (version: number | null) => {
    dropDraft(project);
    onShown({ version, view: "text", isDraft: false });
  };
  const toText = (fault: ErrorField) => {
    if (view === "text") editor.current?.goTo(fault);
    else onShown({ version: null, view: "text", isDraft: true });
  };
  const isReady = validation.isValid === true && !validation.isOld && draft.yaml !== active.yaml;
  return (
    <>
      <PageHead
        title={t("draft.heading", { version: base })}
        actions={
          <>
            <Button size="xs" variant="subtle" onClick={() => leave(null)}>
              {t("draft.drop")}
            </Button>
            <Button size="xs" variant={isReady ? "filled" : "default"} aria-disabled={!isReady} onClick={() => isReady && setIsProposing(true)}>
              {t("propose.open")}
            </Button>
          </>
        }
      >
        {isKept ? t("draft.kept", { at: format.time(draft.at) }) : <strong className="bad">{t("draft.notKept")}</strong>}
      </PageHead>
      {base !== active.version && (
        <div className={styles.remark}>
          <Note tone="warn" role="alert">
            {t("draft.moved", { version: active.version, base })}{" "}
            <Button size="compact-xs" variant="subtle" onClick={() => onShown({ version: null, view: "compare", isDraft: true })}>
              {t("draft.compare")}
            </Button>
          </Note>
        </div>
      )}
      <div className={styles.columns}>
        <section className={styles.paper} aria-label={t("draft.name")}>
          <ViewBar view={view} onView={(next) => onShown({ version: null, view: next, isDraft: true })}>
            <CopyButton text={draft.yaml} label={t("copy")} />
          </ViewBar>
          <Suspense fallback={<LoadingShape lines={12} />}>
            {view === "words" ? (
              <InWords yaml={draft.yaml} />
            ) : view === "errors" ? (
              <ErrorsView yaml={draft.yaml} onChange={change} />
            ) : view === "compare" ? (
              <CompareView version={null} yaml={draft.yaml} active={active} />
            ) : view === "try" ? (
              <TryView asked={{ yaml: draft.yaml }} />
            ) : (
              <PolicyEditor
                handle={editor}
                yaml={draft.yaml}
                label={t("draft.editor")}
                language={language.data ?? null}
                faults={validation.fields}
                isPlain={isPhone}
                onChange={change}
              />
            )}
          </Suspense>
          <State validation={validation} />
        </section>
        <div className={styles.sideColumn}>
          <Faults validation={validation} onChosen={toText} />
          {view !== "compare" && <Price active={active} yaml={draft.yaml} isValid={validation.isValid === true && !validation.isOld} />}
          {view === "text" && !isPhone && <KeysHelp />}
        </div>
      </div>
      <ProposeDialog
        opened={isProposing}
        yaml={draft.yaml}
        base={base}
        active={active}
        onClose={() => setIsProposing(false)}
        onDone={(policy) => leave(policy.version)}
      />
    </>
  );
}

/** One line below the text: whether it can be used. */
function State({ validation }: { validation: Validation }) {
  const { t } = useTranslation("policy");
  const { isValid, isOld, fields } = validation;
  return (
    <p className={styles.state} role="status">
      {validation.error !== null ? (
        <span className="warn">{t("faults.notAsked")}</span>
      ) : isValid === null || isOld ? (
        <span className="quieter">{t("faults.asking")}</span>
      ) : isValid ? (
        <span className={`row ${styles.good}`}>
          <IconCheck size={16} stroke={1.75} /> {t("faults.valid")}
        </span>
      ) : (
        <span className="row bad">
          <IconAlertTriangle size={16} stroke={1.75} /> {t("faults.count", { count: fields.length })}
        </span>
      )}
    </p>
  );
}

function Faults({ validation, onChosen }: { validation: Validation & { askAgain: () => void }; onChosen: (fault: ErrorField) => void }) {
  const { t } = useTranslation("policy");
  const sentence = useSentence();
  const { fields, warnings, error } = validation;
  if (error !== null) {
    return (
      <Note tone="warn">
        {sentence(error)}{" "}
        <Button size="compact-xs" variant="subtle" onClick={validation.askAgain}>
          {t("faults.again")}
        </Button>
      </Note>
    );
  }
  if (fields.length === 0 && warnings.length === 0) return null;
  return (
    <section>
      <h2>{t(fields.length > 0 ? "faults.title" : "faults.warnings")}</h2>
      {fields.length >= 50 && <p className="small quiet">{t("faults.first", { count: fields.length })}</p>}
      <ul className={styles.faults}>
        {fields.map((fault, at) => (
          <li key={`${fault.line} ${fault.column} ${fault.code} ${at}`}>
            <button type="button" onClick={() => onChosen(fault)}>
              <span className="num quieter nowrap">{t("faults.line", { line: fault.line ?? 1, column: fault.column ?? 1 })}</span>{" "}
              <bdi lang="en">{fault.message}</bdi>
              {fault.path !== "" && (
                <code className={`code quieter ${styles.faultPath}`}>
                  <bdi>{fault.path}</bdi>
                </code>
              )}
            </button>
          </li>
        ))}
        {warnings.map((warning) => (
          <li key={warning} className="small">
            <bdi lang="en">{warning}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the draft would change of what is in force, once it can be used. */
function Price({ active, yaml, isValid }: { active: PolicyOut; yaml: string; isValid: boolean }) {
  const { t } = useTranslation("policy");
  const diff = useDiff(isValid && yaml !== active.yaml ? { from: active.version, to: yaml } : null);
  if (yaml === active.yaml) {
    return (
      <section>
        <h2>{t("effects.title")}</h2>
        <p className="small quiet">{t("effects.same")}</p>
      </section>
    );
  }
  return (
    <section aria-live="polite">
      <h2>{t("effects.title")}</h2>
      {diff.data === undefined ? (
        <p className="small quiet">{t("effects.later")}</p>
      ) : (
        <>
          {!isValid && <p className="small warn">{t("effects.old")}</p>}
          <Effects diff={diff.data} isOld={!isValid || diff.isPlaceholderData} />
        </>
      )}
    </section>
  );
}

function KeysHelp() {
  const { t } = useTranslation("policy");
  const keys = [
    ["F8", "keys.fault"],
    ["Ctrl Space", "keys.complete"],
    ["Ctrl F", "keys.find"],
    ["Esc Tab", "keys.leave"],
  ] as const;
  return (
    <ul className={styles.keys}>
      {keys.map(([key, words]) => (
        <li key={key}>
          <KeyCap keys={key} /> <span className="meta">{t(words)}</span>
        </li>
      ))}
    </ul>
  );
}
