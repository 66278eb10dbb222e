import { SegmentedControl } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import styles from "../policy.module.css";

const VIEWS = ["text", "words", "errors", "compare", "try"] as const;

/** The ways to look at a policy. */
export function ViewBar({ view, onView, children }: { view: string; onView: (view: string) => void; children?: ReactNode }) {
  const { t } = useTranslation("policy");
  return (
    <div className={styles.bar}>
      <div className={styles.views}>
        <SegmentedControl
          size="xs"
          aria-label={t("view.label")}
          value={VIEWS.find((one) => one === view) ?? "text"}
          onChange={onView}
          data={VIEWS.map((value) => ({ value, label: t(`view.${value}`) }))}
        />
      </div>
      <span className="push">{children}</span>
    </div>
  );
}
