import { ActionIcon, Button } from "@mantine/core";
import { IconHandStop, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/shared/session/project";
import { lazyDialog, Tip } from "@/shared/ui";
import { useStop } from "./api/stop";
import styles from "./stop-switch.module.css";

const StopDialog = lazyDialog(() => import("./stop-dialogs").then((module) => module.StopDialog));
const LiftDialog = lazyDialog(() => import("./stop-dialogs").then((module) => module.LiftDialog));

/** Whether outputs leave without a person, and the way to stop or resume that. */
export function StopSwitch({ isNarrow }: { isNarrow: boolean }) {
  const { t } = useTranslation("desk");
  const maySet = useMay("stop.set");
  const mayLiftHere = useMay("stop.lift");
  const isAdmin = useMay("project.manage");
  const { data: stop } = useStop();
  const [shown, setShown] = useState<"set" | "lift" | null>(null);
  const isStopped = stop?.in_force ?? false;
  const mayLift = mayLiftHere && (stop?.scope !== "everywhere" || isAdmin);
  const mayChange = isStopped ? mayLift : maySet;
  const word = stop === undefined ? t("stop.unknown") : isStopped ? t("stop.off") : t("stop.on");
  const open = () => setShown(isStopped ? "lift" : "set");
  const icon = isStopped ? <IconHandStop size={16} stroke={1.75} /> : <IconPlayerPlay size={16} stroke={1.75} />;

  return (
    <>
      {isNarrow ? (
        <Tip label={mayChange ? `${word}. ${isStopped ? t("stop.lift") : t("stop.stop")}` : word}>
          <ActionIcon
            className={styles.icon}
            data-stopped={isStopped || undefined}
            aria-label={mayChange ? `${word}. ${isStopped ? t("stop.lift") : t("stop.stop")}` : word}
            aria-disabled={!mayChange}
            onClick={() => mayChange && open()}
          >
            {icon}
          </ActionIcon>
        </Tip>
      ) : (
        <div className={styles.line}>
          <span className={styles.icon} data-stopped={isStopped || undefined}>
            {icon}
          </span>
          <span className={styles.word}>{word}</span>
          {mayChange && stop !== undefined && (
            <Button variant="subtle" size="compact-xs" className={styles.change} onClick={open}>
              {isStopped ? t("stop.lift") : t("stop.stop")}
            </Button>
          )}
        </div>
      )}
      <StopDialog opened={shown === "set"} onClose={() => setShown(null)} />
      <LiftDialog opened={shown === "lift"} stop={stop ?? null} onClose={() => setShown(null)} />
    </>
  );
}
