import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PolicyOut } from "@/api/schema";
import { Note } from "@/shared/ui";
import { usePropose } from "../api/change-policy";
import { ChangeForm } from "./change-form";

interface DialogProps {
  opened: boolean;
  yaml: string;
  base: number;
  active: PolicyOut;
  onClose: () => void;
  onDone: (policy: PolicyOut) => void;
}

/** Stores the draft as the next version. It is not in force by that. */
export function ProposeDialog({ opened, yaml, base, active, onClose, onDone }: DialogProps) {
  const { t } = useTranslation("policy");
  const propose = usePropose(onDone);
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={t("propose.title")} closeButtonProps={{ "aria-label": t("close") }}>
      <ChangeForm
        what={t("propose.what", { active: active.version })}
        diff={opened ? { from: active.version, to: yaml } : null}
        note={{ label: t("propose.note"), isRequired: true }}
        send={t("propose.send")}
        isPending={propose.isPending}
        error={propose.error}
        onSent={(note) => propose.mutate({ yaml, note, base })}
        onClose={onClose}
      >
        {base !== active.version && <Note tone="warn">{t("draft.moved", { version: active.version, base })}</Note>}
      </ChangeForm>
    </Modal>
  );
}
