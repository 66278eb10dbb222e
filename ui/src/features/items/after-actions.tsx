import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ItemOut } from "@/api/schema";
import { useMay } from "@/shared/session/project";
import { lazyDialog, Tip } from "@/shared/ui";
import styles from "./after.module.css";
import { isDecided, openLook, startOfCorrection } from "./standing";

const TakeBackDialog = lazyDialog(() => import("./take-back-dialog").then((module) => module.TakeBackDialog));
const AskDialog = lazyDialog(() => import("./ask-dialog").then((module) => module.AskDialog));

type Shown = "recall" | "correct" | "appeal" | "reopen";

/** What may follow the decision, for whoever may do it. */
export function AfterActions({ item }: { item: ItemOut }) {
  const { t } = useTranslation("items");
  const may: Record<Shown, boolean> = {
    correct: useMay("items.override") && startOfCorrection(item) !== null,
    recall: useMay("items.recall") && !(item.outcome?.recall != null && item.outcome.recall.correction === null),
    reopen: useMay("items.reopen"),
    appeal: useMay("items.appeal"),
  };
  const [shown, setShown] = useState<Shown | null>(null);
  const offered = (["correct", "recall", "reopen", "appeal"] as const).filter((one) => may[one]);
  if (!isDecided(item) || item.erased_at !== null || offered.length === 0) return null;
  const isOpen = openLook(item) !== null;
  const close = () => setShown(null);
  return (
    <div className={styles.actions} role="group" aria-label={t("after.actions")}>
      {offered.map((one) => {
        const isShut = isOpen && (one === "appeal" || one === "reopen");
        const button = (
          <Button key={one} size="xs" variant="default" aria-disabled={isShut} onClick={() => !isShut && setShown(one)}>
            {t(`after.${one}`)}
          </Button>
        );
        return isShut ? (
          <Tip key={one} label={t("after.isOpen")}>
            {button}
          </Tip>
        ) : (
          button
        );
      })}
      <TakeBackDialog opened={shown === "recall"} item={item} hasCorrection={false} onClose={close} />
      <TakeBackDialog opened={shown === "correct"} item={item} hasCorrection onClose={close} />
      <AskDialog opened={shown === "appeal"} item={item} kind="appeal" onClose={close} />
      <AskDialog opened={shown === "reopen"} item={item} kind="reopen" onClose={close} />
    </div>
  );
}
