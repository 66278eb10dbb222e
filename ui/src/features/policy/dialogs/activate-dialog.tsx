import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PolicyOut } from "@/api/schema";
import { useActivate } from "../api/change-policy";
import { ChangeForm } from "./change-form";

interface DialogProps {
  opened: boolean;
  policy: PolicyOut;
  active: PolicyOut;
  onClose: () => void;
  onDone: () => void;
}

/** Puts a version in force, on the one that was active when its effects were shown. */
export function ActivateDialog({ opened, policy, active, onClose, onDone }: DialogProps) {
  const { t } = useTranslation("policy");
  const activate = useActivate(onDone);
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={t("activate.title", { version: policy.version })} closeButtonProps={{ "aria-label": t("close") }}>
      <ChangeForm
        what={t("activate.what", { version: policy.version, active: active.version })}
        diff={{ from: active.version, to: policy.version }}
        note={null}
        send={t("activate.send")}
        isPending={activate.isPending}
        error={activate.error}
        onSent={() => activate.mutate({ version: policy.version, active: active.version })}
        onClose={onClose}
      />
    </Modal>
  );
}
