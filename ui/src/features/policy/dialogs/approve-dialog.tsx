import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PolicyOut } from "@/api/schema";
import { useApprove } from "../api/change-policy";
import { ChangeForm } from "./change-form";

interface DialogProps {
  opened: boolean;
  policy: PolicyOut;
  active: PolicyOut;
  onClose: () => void;
  onDone: () => void;
}

/** Says yes to what somebody else wrote. */
export function ApproveDialog({ opened, policy, active, onClose, onDone }: DialogProps) {
  const { t } = useTranslation("policy");
  const approve = useApprove(onDone);
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={t("approve.title", { version: policy.version })} closeButtonProps={{ "aria-label": t("close") }}>
      <ChangeForm
        what={t("approve.what", { active: active.version })}
        diff={{ from: active.version, to: policy.version }}
        note={{ label: t("approve.note"), isRequired: false }}
        send={t("approve.send")}
        isPending={approve.isPending}
        error={approve.error}
        onSent={(note) => approve.mutate({ version: policy.version, note })}
        onClose={onClose}
      />
    </Modal>
  );
}
