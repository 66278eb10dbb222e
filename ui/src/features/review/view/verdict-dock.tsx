import { IconArrowBackUp, IconArrowLeft, IconCheck, IconPencil, IconX } from "@tabler/icons-react";
import { type Ref, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ReviewForm, Severity, Verdict } from "@/api/schema";
import { visible } from "@/shared/content";
import { nameOf } from "@/shared/format";
import { KeyOf } from "@/shared/keys";
import type { Draft } from "../model/draft";
import { severities } from "../model/findings";
import { type Needs, severityOf } from "../model/needs";
import type { Mode, Phase } from "../model/room-state";
import controls from "./controls.module.css";
import styles from "./dock.module.css";
import { Picker } from "./picker";

const ICONS = { approve: IconCheck, edit: IconPencil, reject: IconX } as const;
const TONES = { approve: "ok", edit: "accent", reject: "bad" } as const;

interface VerdictsProps {
  allowed: readonly Verdict[];
  phase: Phase;
  chosen: Verdict | null;
  offline: boolean;
  dim: boolean;
  onVerdict: (verdict: Verdict) => void;
}

/** Three verdicts, equal in size, weight and distance; none is the default. */
export function Verdicts({ allowed, phase, chosen, offline, dim, onVerdict }: VerdictsProps) {
  const { t } = useTranslation("review");
  return (
    <>
      {(["approve", "edit", "reject"] as const).map((verdict) => {
        const Icon = ICONS[verdict];
        const closed = phase !== "open" || !allowed.includes(verdict);
        const waits = offline && !closed && verdict === "approve";
        return (
          <button
            key={verdict}
            type="button"
            className={controls.verdict}
            aria-disabled={closed || undefined}
            aria-pressed={chosen === verdict}
            title={allowed.includes(verdict) ? undefined : t("dock.notAllowed")}
            onClick={() => {
              if (!closed) onVerdict(verdict);
            }}
          >
            <Icon size={16} stroke={1.75} aria-hidden="true" className={closed ? undefined : TONES[verdict]} />
            <span>
              {t(`dock.${verdict}`)}
              {(waits || (phase === "waiting" && chosen === verdict)) && <small className={styles.waits}>{t("dock.waits")}</small>}
            </span>
            <KeyOf action={verdict} dim={dim} />
          </button>
        );
      })}
    </>
  );
}

interface FieldsProps {
  mode: Exclude<Mode, "read">;
  draft: Draft;
  form: ReviewForm;
  needs: Needs;
  missing: readonly string[];
  suggested: readonly string[];
  picking: boolean;
  /** On the phone there is room for the usual categories and a larger field. */
  roomy: boolean;
  dim: boolean;
  refusedReason: string | null;
  reasonRef: Ref<HTMLTextAreaElement>;
  onDraft: (part: Partial<Draft>) => void;
  onPick: (open: boolean) => void;
  onLeaveField: () => void;
}

/** Severity, errors, reason, and what else this verdict needs. */
export function VerdictFields({ mode, draft, form, needs, missing, suggested, picking, roomy, dim, refusedReason, reasonRef, onDraft, onPick, onLeaveField }: FieldsProps) {
  const { t } = useTranslation("review");
  const toggle = (name: string) =>
    onDraft({ categories: draft.categories.includes(name) ? draft.categories.filter((one) => one !== name) : [...draft.categories, name] });
  return (
    <div className={styles.fields}>
      {mode !== "approve" && (
        <>
          <SeverityField severity={severityOf(draft, form)} missing={missing.includes("severity")} dim={dim} onSeverity={(severity) => onDraft({ severity: draft.severity === severity ? null : severity })} />
          {form.categories.length > 0 && (
            <div className={styles.field}>
              <span id="errors-label">{t("dock.errors")}</span>
              <div className={styles.chips} role="group" aria-labelledby="errors-label">
                {offered(draft.categories, suggested, roomy ? form.categories.map((one) => one.name).slice(0, 5) : []).map((name) => (
                  <button key={name} type="button" className={controls.chip} aria-pressed={draft.categories.includes(name)} data-suggested={(suggested.includes(name) && !draft.categories.includes(name)) || undefined} onClick={() => toggle(name)}>
                    {draft.categories.includes(name) && <IconCheck size={14} stroke={1.75} aria-hidden="true" />}
                    {nameOf(name)}
                  </button>
                ))}
                <span className={styles.anchor}>
                  <button type="button" className={controls.chip} aria-expanded={picking} aria-haspopup="listbox" onClick={() => onPick(!picking)}>
                    {t("dock.add")} <KeyOf action="categories" dim={dim} />
                  </button>
                  {picking && <Picker label={t("dock.errors")} options={form.categories.map((one) => one.name)} chosen={draft.categories} kind="many" onToggle={toggle} onClose={() => onPick(false)} />}
                </span>
              </div>
            </div>
          )}
        </>
      )}
      <ReasonField value={draft.reason} needs={needs} missing={missing.includes("reason") || refusedReason !== null} said={refusedReason} rows={roomy ? 3 : 1} reasonRef={reasonRef} onReason={(reason) => onDraft({ reason })} onLeave={onLeaveField} />
      {needs.failing.length > 0 && (
        <OverrideField value={draft.override} names={needs.failing.map(nameOf).join(", ")} missing={missing.includes("override")} onOverride={(override) => onDraft({ override })} onLeave={onLeaveField} />
      )}
      {mode === "reject" && (
        <p className={styles.follows}>
          <IconArrowBackUp size={16} stroke={1.75} aria-hidden="true" />
          <span>{form.fallback ? t("dock.fallback", { text: visible(form.fallback.length > 160 ? `${form.fallback.slice(0, 158)}…` : form.fallback) }) : t("dock.blocked")}</span>
        </p>
      )}
    </div>
  );
}

/** Chosen first, then what the edit points to, then the usual ones; none twice. */
const offered = (...lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())];

function SeverityField({ severity, missing, dim, onSeverity }: { severity: Severity | null; missing: boolean; dim: boolean; onSeverity: (severity: Severity) => void }) {
  const { t } = useTranslation(["review", "common"]);
  const keys = { minor: "severityMinor", major: "severityMajor", critical: "severityCritical" } as const;
  return (
    <div className={styles.field}>
      <span id="severity-label">{t("review:dock.severity")}</span>
      <div>
        <div className={styles.chips} role="radiogroup" aria-labelledby="severity-label">
          {severities.map((one, at) => (
            <button
              key={one}
              type="button"
              role="radio"
              className={controls.chip}
              aria-checked={severity === one}
              tabIndex={severity === one || (severity === null && at === 0) ? 0 : -1}
              onClick={() => onSeverity(one)}
              onKeyDown={(event) => {
                const step = event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : event.key === "ArrowLeft" || event.key === "ArrowUp" ? -1 : 0;
                const next = severities[(at + step + severities.length) % severities.length];
                if (step === 0 || !next) return;
                event.preventDefault();
                onSeverity(next);
                const siblings = event.currentTarget.parentElement?.querySelectorAll<HTMLElement>("[role=radio]");
                siblings?.[severities.indexOf(next)]?.focus();
              }}
            >
              {t(`common:severity.${one}`)} <KeyOf action={keys[one]} dim={dim} />
            </button>
          ))}
        </div>
        {missing && <p className={controls.fault}>{t("review:dock.needSeverity")}</p>}
      </div>
    </div>
  );
}

interface ReasonFieldProps {
  value: string;
  needs: Needs;
  missing: boolean;
  said: string | null;
  rows: number;
  reasonRef: Ref<HTMLTextAreaElement>;
  onReason: (reason: string) => void;
  onLeave: () => void;
}

function ReasonField({ value, needs, missing, said, rows, reasonRef, onReason, onLeave }: ReasonFieldProps) {
  const { t } = useTranslation("review");
  const wrong = missing && value.trim() === "";
  return (
    <div className={styles.field}>
      <label htmlFor="reason">{t("dock.reason")}</label>
      <div>
        <textarea
          id="reason"
          ref={reasonRef}
          className={controls.input}
          rows={rows}
          maxLength={4_000}
          value={value}
          aria-required={needs.reason !== null}
          aria-invalid={wrong}
          aria-describedby={needs.reason !== null || wrong ? "reason-why" : undefined}
          onChange={(event) => onReason(event.currentTarget.value)}
          onKeyDown={(event) => leaveOnEscape(event, onLeave)}
        />
        {(wrong || needs.reason !== null) && (
          <p id="reason-why" className={wrong ? controls.fault : `${styles.why} ${styles.onPhone}`}>
            {wrong && said !== null ? said : needs.reason === null ? "" : t(`asked.reason.${needs.reason}`)}
          </p>
        )}
      </div>
    </div>
  );
}

function OverrideField({ value, names, missing, onOverride, onLeave }: { value: string; names: string; missing: boolean; onOverride: (text: string) => void; onLeave: () => void }) {
  const { t } = useTranslation("review");
  return (
    <div className={styles.field}>
      <label htmlFor="override" className="bad">
        {t("dock.override")}
      </label>
      <div>
        <textarea id="override" className={controls.input} rows={1} maxLength={4_000} value={value} aria-invalid={missing && value.trim() === ""} aria-describedby="override-why" onChange={(event) => onOverride(event.currentTarget.value)} onKeyDown={(event) => leaveOnEscape(event, onLeave)} />
        <p id="override-why" className={missing && value.trim() === "" ? controls.fault : styles.why}>
          {t("dock.overrideWhy", { names })}
        </p>
      </div>
    </div>
  );
}

function leaveOnEscape(event: React.KeyboardEvent<HTMLTextAreaElement>, onLeave: () => void): void {
  if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  event.currentTarget.blur();
  onLeave();
}

interface SendProps {
  mode: Exclude<Mode, "read">;
  open: boolean;
  phase: Phase;
  offline: boolean;
  problem: string | null;
  onSend: () => void;
}

/** The one filled button: it appears once a person has chosen a verdict. */
export function SendVerdict({ mode, open, phase, offline, problem, onSend }: SendProps) {
  const { t } = useTranslation("review");
  return (
    <div className={styles.send}>
      <button type="button" className={controls.main} aria-disabled={phase !== "open" || undefined} onClick={onSend}>
        {phase === "waiting" || offline ? t("dock.sendWaits") : t(`dock.send.${mode}`)} <KeyOf action="send" />
      </button>
      {problem !== null && (
        <p className={open ? styles.why : controls.fault} role={open ? undefined : "alert"}>
          {problem}
        </p>
      )}
    </div>
  );
}

/** Back to the three verdicts; the edit is kept. */
export function BackToVerdicts({ dim, onBack }: { dim: boolean; onBack: () => void }) {
  const { t } = useTranslation("review");
  return (
    <button type="button" className={controls.ghost} onClick={onBack}>
      <IconArrowLeft size={16} stroke={1.75} aria-hidden="true" /> {t("dock.back")} <KeyOf action="close" dim={dim} />
    </button>
  );
}

/** Puts the focus on a field once it is there. */
export function useFocusWhen(on: boolean): Ref<HTMLTextAreaElement> {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (on) field.current?.focus();
  }, [on]);
  return field;
}
