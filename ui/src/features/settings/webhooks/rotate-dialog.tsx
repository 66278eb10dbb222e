import { Modal, Radio } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRotate } from "../api/webhooks";
import { FormEnd } from "../form-end";
import styles from "../settings.module.css";
import { NewSecret } from "./new-secret";

const OVERLAPS = ["24h", "1h", "7d", "0s"] as const;
type Overlap = (typeof OVERLAPS)[number];

/** Makes a new secret; the old one signs too for as long as is chosen. */
export function RotateDialog({ name, onClose }: { name: string | null; onClose: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <Modal
      opened={name !== null}
      onClose={onClose}
      title={t("webhooks.rotateTitle", { name: name ?? "" })}
      size={520}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {name !== null && <Rotate key={name} name={name} onClose={onClose} />}
    </Modal>
  );
}

function Rotate({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const [overlap, setOverlap] = useState<Overlap>("24h");
  const rotate = useRotate();
  if (rotate.data?.secret != null) return <NewSecret secret={rotate.data.secret} onDone={onClose} />;
  return (
    <div className={styles.form}>
      <p>{t("webhooks.rotateWhat")}</p>
      <Radio.Group
        label={t("webhooks.overlap")}
        value={overlap}
        onChange={(value) => setOverlap(OVERLAPS.find((one) => one === value) ?? "24h")}
      >
        <div className={styles.roles}>
          {OVERLAPS.map((one) => (
            <Radio key={one} value={one} label={t(`webhooks.overlaps.${one}`)} />
          ))}
        </div>
      </Radio.Group>
      <FormEnd change={rotate} does={t("webhooks.rotate")} onDo={() => rotate.mutate({ name, overlap })} onCancel={onClose} />
    </div>
  );
}
