import { useTranslation } from "react-i18next";
import { Note } from "@/shared/ui";
import { Secret } from "../add-person-dialog";
import { DoneButton } from "../form-end";
import styles from "../settings.module.css";

/** A secret that is shown this once. */
export function NewSecret({ secret, onDone }: { secret: string; onDone: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <div className={styles.form}>
      <Note tone="warn" role="status">
        {t("webhooks.once")}
      </Note>
      <Secret text={secret} label={t("webhooks.secret")} />
      <DoneButton onDone={onDone} />
    </div>
  );
}
