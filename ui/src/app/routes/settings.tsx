import "@/shared/theme/mantine-more.css";
import { useNavigate, useParams } from "@tanstack/react-router";
import { VerifierKey } from "@/features/audit-log";
import { isSettingsSection, SettingsPage } from "@/features/settings";
import { NotFound } from "../not-found";

export function SettingsRoute() {
  const navigate = useNavigate();
  const { section = "profile" } = useParams({ from: "/signed-in/navigated/settings/{-$section}" });
  if (!isSettingsSection(section)) return <NotFound />;
  return (
    <SettingsPage
      section={section}
      auditLog={<VerifierKey />}
      onSectionChosen={(next) => void navigate({ to: "/settings/{-$section}", params: { section: next } })}
    />
  );
}
