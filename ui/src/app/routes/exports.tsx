import "@/shared/theme/mantine-more.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ExportsPage } from "@/features/exports";

export function ExportsRoute() {
  const navigate = useNavigate();
  const search = useSearch({ from: "/signed-in/navigated/exports" });
  return <ExportsPage search={search} onSearchChanged={(next) => void navigate({ to: "/exports", search: next })} />;
}
