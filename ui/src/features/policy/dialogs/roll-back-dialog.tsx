import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PolicyOut } from "@/api/schema";
import { useRollBack } from "../api/change-policy";
import { ChangeForm } from "./change-form";

interface DialogProps {
  opened: boolean;
  active: PolicyOut;
  onClose: () => void;
  onDone: () => void;
}

/** Puts the version in force that was active before. */
export function RollBackDialog({ opened, active, onClose, onDone }: DialogProps) {
  const { t } = useTranslation("policy");
  const rollBack = useRollBack(onDone);
  const to = active.instead_of;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={to === null ? t("rollBack.titleBefore") : t("rollBack.title", { version: to })}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <ChangeForm
        what={t("rollBack.what", { active: active.version })}
        diff={to === null ? null : { from: active.version, to }}
        note={{ label: t("rollBack.reason"), isRequired: true }}
        send={t("rollBack.send")}
        isPending={rollBack.isPending}
        error={rollBack.error}
        onSent={(reason) => rollBack.mutate({ reason, active: active.version })}
        onClose={onClose}
      />
    </Modal>
  );
}
