import "@/shared/theme/mantine-more.css";
import { Button, Checkbox, Modal, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StopOut } from "@/api/schema";
import { useFormat, useNow } from "@/shared/format";
import { useProject } from "@/shared/session/project";
import { Note, useSentence } from "@/shared/ui";
import { useLiftStop, useSetStop } from "./api/stop";
import styles from "./stop-switch.module.css";

interface DialogProps {
  opened: boolean;
  onClose: () => void;
}

/** Asks why, says what follows, and closes only once the stop is in force. */
export function StopDialog({ opened, onClose }: DialogProps) {
  const { t } = useTranslation("desk");
  return (
    <Modal opened={opened} onClose={onClose} title={t("stop.title")} closeButtonProps={{ "aria-label": t("stop.close") }}>
      <StopForm onClose={onClose} />
    </Modal>
  );
}

function StopForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("desk");
  const sentence = useSentence();
  const { name, roles } = useProject();
  const [reason, setReason] = useState("");
  const [isFreeze, setIsFreeze] = useState(false);
  const [isEverywhere, setIsEverywhere] = useState(false);
  const [isReasonMissing, setIsReasonMissing] = useState(false);
  const setStop = useSetStop({ onDone: onClose });

  const send = (event: FormEvent) => {
    event.preventDefault();
    setIsReasonMissing(reason.trim() === "");
    if (reason.trim() === "") return;
    setStop.mutate({ reason: reason.trim(), freeze: isFreeze, scope: isEverywhere ? "everywhere" : "project" });
  };
  return (
    <form className={styles.form} onSubmit={send} noValidate>
      <p>{t(isFreeze ? "stop.whatFreeze" : "stop.what", { project: isEverywhere ? t("stop.everyProject") : name })}</p>
      <Textarea
        label={t("stop.reason")}
        description={t("stop.reasonSeen")}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={isReasonMissing ? t("stop.reasonMissing") : undefined}
        maxLength={2_000}
        autosize
        minRows={2}
        maxRows={8}
        required
        data-autofocus
      />
      <Checkbox
        label={t("stop.freeze")}
        description={t("stop.freezeWhat")}
        checked={isFreeze}
        onChange={(event) => setIsFreeze(event.currentTarget.checked)}
      />
      {roles.includes("admin") && (
        <Checkbox
          label={t("stop.everywhere")}
          checked={isEverywhere}
          onChange={(event) => setIsEverywhere(event.currentTarget.checked)}
        />
      )}
      {setStop.error !== null && (
        <Note tone="bad" role="alert">
          {t("stop.notSet")} {sentence(setStop.error)}
        </Note>
      )}
      <div className={styles.buttons}>
        <Button variant="subtle" onClick={onClose}>
          {t("stop.cancel")}
        </Button>
        <Button type="submit" variant="filled" aria-disabled={setStop.isPending}>
          {setStop.isPending ? t("stop.setting") : t("stop.set")}
        </Button>
      </div>
    </form>
  );
}

/** Lifting needs one look at why it was stopped. */
export function LiftDialog({ opened, stop, onClose }: DialogProps & { stop: StopOut | null }) {
  const { t } = useTranslation("desk");
  const sentence = useSentence();
  const format = useFormat();
  const now = useNow(60_000);
  const lift = useLiftStop({ onDone: onClose });
  const isEverywhere = stop?.scope === "everywhere";
  return (
    <Modal opened={opened} onClose={onClose} title={t("stop.liftTitle")} closeButtonProps={{ "aria-label": t("stop.close") }}>
      <div className={styles.form}>
        <p>
          {t(isEverywhere ? "stop.liftEverywhere" : stop?.freeze ? "stop.liftFreeze" : "stop.liftWhat", {
            since: stop?.since == null ? "" : format.moment(stop.since, now),
            by: stop?.by ?? t("stop.system"),
          })}
        </p>
        <Note>
          <bdi>{stop?.reason}</bdi>
        </Note>
        {lift.error !== null && (
          <Note tone="bad" role="alert">
            {t("stop.notLifted")} {sentence(lift.error)}
          </Note>
        )}
        <div className={styles.buttons}>
          <Button variant="subtle" onClick={onClose}>
            {t("stop.keep")}
          </Button>
          <Button variant="filled" onClick={() => lift.mutate(isEverywhere ? "everywhere" : "project")} aria-disabled={lift.isPending}>
            {t("stop.liftNow")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
