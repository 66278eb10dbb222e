import { IconAlertTriangle, IconArrowDown, IconMinus, IconQuestionMark } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ChangeOut, DiffOut, ReleaseEffect } from "@/api/schema";
import { Note, Pill, type Tone } from "@/shared/ui";
import styles from "../policy.module.css";

const TONES: Record<ReleaseEffect, Tone> = { loosens: "bad", tightens: "ok", neither: "plain", unclear: "warn" };
const ICONS = { loosens: IconAlertTriangle, tightens: IconArrowDown, neither: IconMinus, unclear: IconQuestionMark };

/** What each change does, with those that let more out marked. */
export function Effects({ diff, isOld = false }: { diff: DiffOut; isOld?: boolean }) {
  const { t } = useTranslation("policy");
  if (diff.changes.length === 0) return <p className="small quiet">{t(diff.text === "" ? "effects.same" : "effects.sameMeaning")}</p>;
  const Icon = ICONS[diff.release];
  return (
    <div className={styles.effects} data-old={isOld || undefined}>
      <Note tone={diff.release === "neither" ? "plain" : (TONES[diff.release] as "ok")} icon={<Icon size={16} stroke={1.75} />}>
        {t(`effects.all.${diff.release}`)}
      </Note>
      <ul className={styles.effectList}>
        {diff.changes.map((change, at) => (
          <EffectLine key={`${change.path} ${at}`} change={change} />
        ))}
      </ul>
    </div>
  );
}

function EffectLine({ change }: { change: ChangeOut }) {
  const { t } = useTranslation("policy");
  return (
    <li data-release={change.release}>
      <p>
        <bdi lang="en">{change.effect}</bdi>
      </p>
      <p className={styles.effectFoot}>
        {change.release !== "neither" && <Pill tone={TONES[change.release]}>{t(`effects.${change.release}`)}</Pill>}
        <code className="code quieter">
          <bdi>{change.path}</bdi>
        </code>
      </p>
    </li>
  );
}
