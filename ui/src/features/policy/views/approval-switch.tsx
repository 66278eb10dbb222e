import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "@/shared/session/project";
import { Note, useSentence } from "@/shared/ui";
import { useSetNeedsApproval } from "../api/needs-approval";
import styles from "../policy.module.css";

/** Whether a second person must approve a version; admins change it. */
export function ApprovalSwitch({ isNeeded }: { isNeeded: boolean }) {
  const { t } = useTranslation("policy");
  const sentence = useSentence();
  const mayChange = useMay("project.manage");
  const change = useSetNeedsApproval();
  if (!isNeeded && !mayChange) return null;
  return (
    <div className={styles.approval}>
      <p className="small quiet">{t(isNeeded ? "needsApproval" : "needsNoApproval")}</p>
      {mayChange && (
        <Button size="compact-xs" aria-disabled={change.isPending} onClick={() => !change.isPending && change.mutate(!isNeeded)}>
          {t(isNeeded ? "wantNoApproval" : "wantApproval")}
        </Button>
      )}
      {change.error !== null && (
        <Note tone="bad" role="alert">
          {sentence(change.error)}
        </Note>
      )}
    </div>
  );
}
