import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/shared/ui";
import styles from "./app.module.css";

/** The same words for what is not there and for what is not yours to see. */
export function NotFound() {
  const { t } = useTranslation("common");
  return (
    <main className={styles.alone}>
      <EmptyState
        heading="h1"
        title={t("notFound.title")}
        actions={
          <Button component={Link} to="/queues" size="xs">
            {t("notFound.back")}
          </Button>
        }
      >
        {t("notFound.text")}
      </EmptyState>
    </main>
  );
}
