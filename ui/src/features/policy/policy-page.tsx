import { Button } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { useMay, useProject } from "@/shared/session/project";
import { EmptyState, LoadingShape, Problem } from "@/shared/ui";
import { usePolicy } from "./api/get-policies";
import { DraftDesk } from "./draft-desk";
import styles from "./policy.module.css";
import { VersionDesk } from "./version-desk";

export interface Shown {
  /** The version to read; null is the active one. */
  version: number | null;
  view: string;
  /** The unfinished work of this browser, instead of a version. */
  isDraft: boolean;
}

interface PolicyPageProps extends Shown {
  onShown: (next: Shown) => void;
}

/** What decides which output goes where: read, changed, compared, tried, put in force and taken back. */
export function PolicyPage({ version, view, isDraft, onShown }: PolicyPageProps) {
  const { t } = useTranslation("policy");
  const isAllowed = useMay("policies.read");
  const { name, project } = useProject();
  useEffect(() => {
    document.title = `${t("title")} | Handrail`;
  }, [t]);
  if (!isAllowed) {
    return (
      <div className={styles.page}>
        <EmptyState heading="h1" title={t("noPermission")}>{t("noPermissionText", { project: name })}</EmptyState>
      </div>
    );
  }
  return (
    <div className={styles.page}>
      <Loaded key={project} version={version} view={view} isDraft={isDraft} onShown={onShown} />
    </div>
  );
}

function Loaded({ version, view, isDraft, onShown }: PolicyPageProps) {
  const { t } = useTranslation("policy");
  const mayWrite = useMay("policies.write");
  const active = usePolicy(null);
  const wanted = usePolicy(version);
  const policy = isDraft ? active : wanted;
  if (policy.data !== undefined && active.data !== undefined) {
    return isDraft && mayWrite ? (
      <DraftDesk active={active.data} view={view} onShown={onShown} />
    ) : (
      <VersionDesk policy={isDraft ? active.data : policy.data} active={active.data} view={view} onShown={onShown} />
    );
  }
  const error = policy.error ?? active.error;
  if (error instanceof ApiError && error.status === 404) {
    return (
      <EmptyState
        heading="h1"
        title={t("noVersion")}
        actions={
          <Button size="xs" onClick={() => onShown({ version: null, view, isDraft: false })}>
            {t("toActive")}
          </Button>
        }
      >
        {t("noVersionText")}
      </EmptyState>
    );
  }
  return error !== null ? <Problem error={error} onTryAgain={() => void policy.refetch()} /> : <LoadingShape lines={12} />;
}
