import { IconActivity, IconDownload, IconKeyboard, IconListSearch, IconRoute, IconSettings, IconShieldCheck, IconStack2 } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { FinderEntry } from "@/features/desk";
import { nameOf } from "@/shared/format";
import { useMay, useProject } from "@/shared/session/project";
import { useProjectSwitch } from "./project-switch";
import { SETTINGS_SECTIONS } from "@/features/settings";

/** Every place Ctrl K can lead to. */
export function useFinderEntries({ onHelpAsked }: { onHelpAsked: () => void }): readonly FinderEntry[] {
  const { t } = useTranslation("desk");
  const navigate = useNavigate();
  const here = useProject();
  const mayReadLog = useMay("audit_log.read");
  const mayReadExports = useMay("exports.read");
  const { memberships, switchTo } = useProjectSwitch();
  return [
    { id: "queues", label: t("nav.queues"), icon: <IconStack2 size={16} />, onChosen: () => void navigate({ to: "/queues" }) },
    { id: "items", label: t("nav.items"), icon: <IconListSearch size={16} />, onChosen: () => void navigate({ to: "/items", search: {} }) },
    ...(mayReadExports
      ? [{ id: "exports", label: t("nav.exports"), icon: <IconDownload size={16} />, onChosen: () => void navigate({ to: "/exports", search: {} }) }]
      : []),
    { id: "monitoring", label: t("nav.monitoring"), icon: <IconActivity size={16} />, onChosen: () => void navigate({ to: "/monitoring" }) },
    { id: "policy", label: t("nav.policy"), icon: <IconRoute size={16} />, onChosen: () => void navigate({ to: "/policy" }) },
    ...(mayReadLog
      ? [{ id: "audit-log", label: t("nav.auditLog"), icon: <IconShieldCheck size={16} />, onChosen: () => void navigate({ to: "/audit-log", search: {} }) }]
      : []),
    ...SETTINGS_SECTIONS.map((section) => ({
      id: `settings-${section}`,
      label: `${t("nav.settings")}: ${t(`settings.${section}`)}`,
      icon: <IconSettings size={16} />,
      onChosen: () => void navigate({ to: "/settings/{-$section}", params: { section } }),
    })),
    { id: "help", label: t("finder.keys"), icon: <IconKeyboard size={16} />, onChosen: onHelpAsked },
    ...memberships
      .filter((one) => one.project !== here.project)
      .map((one) => ({
        id: `project-${one.project}`,
        label: t("finder.project", { name: one.name || nameOf(one.project) }),
        icon: <IconStack2 size={16} />,
        onChosen: () => switchTo(one.project),
      })),
  ];
}
