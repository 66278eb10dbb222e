import { Button, Progress } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ExportOut } from "@/api/schema";
import { safeLine } from "@/shared/content/safe-line";
import { useFormat, useNow } from "@/shared/format";
import { Note, Pill, type Tone } from "@/shared/ui";
import { isUnderWay, useExport } from "./api/exports";
import styles from "./exports.module.css";
import { MadeView } from "./made-view";
import { useCovers, useSize } from "./words";

interface RowProps {
  listed: ExportOut;
  /** Opens the form with the same choices; null for those who may start none. */
  onAskedAgain: (() => void) | null;
}

/** One export: what it covers, who asked for it, how far it is or what became of it. */
export function ExportRow({ listed, onAskedAgain }: RowProps) {
  const { t } = useTranslation("exports");
  const one = useExport(listed);
  const now = useNow(60_000);
  const covers = useCovers();
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  const isGone = one.removed || (one.expires_at !== null && new Date(one.expires_at) < now);
  const name = t(`format.${one.format}.name`);
  return (
    <li className={styles.export} aria-labelledby={id}>
      <div className={styles.exportHead}>
        <h2 id={id}>{name}</h2>
        <StateMark one={one} isGone={isGone} />
        {!one.masked && <Pill tone="warn">{t("unmasked")}</Pill>}
        <span className={styles.exportButtons}>
          {onAskedAgain !== null && (one.state === "failed" || isGone) && (
            <Button size="compact-xs" onClick={onAskedAgain}>
              {t("again")}
            </Button>
          )}
          {one.result !== null && (
            <Button size="compact-xs" onClick={() => setIsOpen(!isOpen)} aria-expanded={isOpen} aria-label={t("filesOf", { name })}>
              {t(isGone ? "manifest" : "files")}
            </Button>
          )}
        </span>
      </div>
      <p className={styles.covers}>
        <bdi>{safeLine(covers(one))}</bdi>
      </p>
      <Facts one={one} isGone={isGone} />
      {isUnderWay(one) && <Bar one={one} name={name} />}
      {one.error !== null && (
        <Note tone="bad">
          <p className={styles.message}>
            <bdi>{safeLine(one.error.message)}</bdi>
          </p>
          <p>{t(one.error.code === "forbidden" ? "failed.forbidden" : "failed.again")}</p>
        </Note>
      )}
      {isOpen && one.result !== null && <MadeView one={one} made={one.result} isGone={isGone} />}
    </li>
  );
}

function StateMark({ one, isGone }: { one: ExportOut; isGone: boolean }) {
  const { t } = useTranslation("exports");
  const tones: Record<ExportOut["state"], Tone> = { queued: "plain", running: "accent", done: "ok", failed: "bad" };
  return isGone ? <Pill>{t("state.removed")}</Pill> : <Pill tone={tones[one.state]}>{t(`state.${one.state}`)}</Pill>;
}

/** Who asked and when; of what is done how much it is, and until when its files are kept. */
function Facts({ one, isGone }: { one: ExportOut; isGone: boolean }) {
  const { t } = useTranslation("exports");
  const format = useFormat();
  const sizeOf = useSize();
  const now = useNow(60_000);
  const who = one.asked_by_name !== null ? safeLine(one.asked_by_name) : t(one.asked_by.startsWith("key:") ? "apiKey" : "gone");
  const rows = Number(one.result?.manifest["rows"] ?? 0);
  const bytes = one.result?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0;
  return (
    <p className={`meta num ${styles.facts}`}>
      <span>
        <bdi>{t("askedBy", { name: who })}</bdi>
        {", "}
        <time dateTime={one.created_at} title={format.full(one.created_at)}>
          {format.exact(one.created_at, now)}
        </time>
      </span>
      {one.result !== null && <span>{t("rows", { count: rows })}</span>}
      {one.result !== null && !isGone && <span>{sizeOf(bytes)}</span>}
      {one.expires_at !== null && <span>{t(isGone ? "removedAt" : "keptUntil", { at: format.full(one.expires_at) })}</span>}
    </p>
  );
}

function Bar({ one: { state, progress }, name }: { one: ExportOut; name: string }) {
  const { t } = useTranslation("exports");
  const { done, of } = progress;
  const share = of === null || of === 0 ? 0 : Math.min(100, (100 * done) / of);
  return (
    <div className={styles.bar}>
      <Progress value={share} aria-label={t("progress", { name })} />
      <p className="meta num">{state === "queued" ? t("waits") : of === null ? t("counting") : t("progressOf", { done, count: of })}</p>
    </div>
  );
}
