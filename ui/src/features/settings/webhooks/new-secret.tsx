import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Note } from "@/shared/ui";
import { Secret } from "../add-person-dialog";
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
      <div className={styles.buttons}>
        <Button variant="filled" onClick={onDone}>
          {t("done")}
        </Button>
      </div>
    </div>
  );
}
