import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format";
import { useMay } from "@/shared/session/project";
import { EmptyState, LoadingShape, Note, Pill, Problem } from "@/shared/ui";
import { useSystemHealth } from "./api/health";
import styles from "./settings.module.css";

/** Each part that must run: whether it does, else since when not and what to do. */
export function SystemSection() {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const isAllowed = useMay("system.read");
  const { data, error, refetch } = useSystemHealth(isAllowed);
  if (!isAllowed) return <EmptyState title={t("system.closed")}>{t("system.closedText")}</EmptyState>;
  if (data === undefined) {
    return error === null ? <LoadingShape /> : <Problem error={error} onTryAgain={() => void refetch()} />;
  }
  const broken = data.parts.filter((part) => !part.ok).length;
  return (
    <div className={styles.section}>
      <h2>{t("section.system")}</h2>
      <Note
        tone={broken === 0 ? "ok" : "bad"}
        role="status"
        icon={broken === 0 ? <IconCheck size={16} stroke={1.75} /> : <IconAlertTriangle size={16} stroke={1.75} />}
      >
        {broken === 0 ? t("system.ok") : t("system.broken", { count: broken })}
      </Note>
      <ul className={styles.parts}>
        {data.parts.map((part) => (
          <li key={part.name}>
            <span className={styles.partName}>{t(`system.part.${part.name as "database"}`, { defaultValue: part.name })}</span>
            <Pill tone={part.ok ? "ok" : "bad"}>{t(part.ok ? "system.works" : "system.fails")}</Pill>
            {part.why !== null && (
              <p className={styles.partWhy}>
                {part.since !== null && <strong>{t("system.since", { moment: format.full(part.since) })}. </strong>}
                <bdi>{part.why}</bdi>
              </p>
            )}
          </li>
        ))}
      </ul>
      <p className="quieter small">{t("system.version", { version: data.version })}</p>
    </div>
  );
}
