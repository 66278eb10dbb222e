import "@/shared/theme/mantine-more.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { AuditLogPage } from "@/features/audit-log";

export function AuditLogRoute() {
  const navigate = useNavigate();
  const search = useSearch({ from: "/signed-in/navigated/audit-log" });
  return (
    <AuditLogPage
      search={search}
      onSearchChanged={(next) => void navigate({ to: "/audit-log", search: next, replace: true })}
    />
  );
}
