import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiError, Unreachable } from "@/api/errors";
import { CopyButton } from "./copy-button";
import { EmptyState } from "./empty-state";

/** One sentence for `error`: what happened, and what is safe. */
export function useSentence(): (error: unknown) => string {
  const { t } = useTranslation("common");
  return (error) => {
    if (error instanceof ApiError) return error.message;
    if (error instanceof Unreachable) return error.timedOut ? t("problem.unreachable") : t("problem.offline");
    return t("problem.defect");
  };
}

/** What support needs to find the request again. */
export function detailsOf(error: unknown, now: Date): string {
  const lines = [now.toISOString(), window.location.pathname];
  if (error instanceof ApiError) lines.push(`${error.status} ${error.code}`, `request ${error.requestId ?? "-"}`);
  lines.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  return lines.join("\n");
}

interface ProblemProps {
  error: unknown;
  title?: string;
  onTryAgain?: () => void;
}

/** What happened, what is safe, what to do. */
export function Problem({ error, title, onTryAgain }: ProblemProps) {
  const { t } = useTranslation("common");
  const sentence = useSentence();
  return (
    <div role="alert">
      <EmptyState
        title={title ?? t("problem.title")}
        actions={
          <>
            {onTryAgain !== undefined && (
              <Button variant="filled" size="xs" onClick={onTryAgain}>
                {t("action.tryAgain")}
              </Button>
            )}
            <CopyButton text={() => detailsOf(error, new Date())} label={t("action.copyDetails")} />
          </>
        }
      >
        {sentence(error)}
      </EmptyState>
    </div>
  );
}
