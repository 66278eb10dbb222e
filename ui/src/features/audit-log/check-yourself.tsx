import { useTranslation } from "react-i18next";
import type { AuditLogState } from "@/api/schema";
import styles from "./audit-log.module.css";
import { Copied } from "./verifier-key";

/** How somebody who does not trust this server checks it. */
export function CheckYourself({ state }: { state: AuditLogState }) {
  const { t } = useTranslation("audit-log");
  const remote = `HANDRAIL_KEY=hrk_... python3 verify_audit_log.py ${window.location.origin} --key key.txt --since checkpoint.txt`;
  return (
    <section className={styles.block}>
      <h2>{t("yourself.title")}</h2>
      <ol className={styles.steps}>
        <li>{t("yourself.keep")}</li>
        <li>
          {t("yourself.key")}
          <Copied text={state.verifier_key} label={t("key.copy")} file="key.txt" />
        </li>
        <li>
          {t("yourself.run")}
          <Copied text={remote} label={t("yourself.copy")} />
        </li>
        <li>
          {t("yourself.folder")}
          <Copied text={"handrail audit export log\npython3 verify_audit_log.py log --key key.txt --since checkpoint.txt"} label={t("yourself.copy")} />
        </li>
      </ol>
    </section>
  );
}
