import { useNavigate, useSearch } from "@tanstack/react-router";
import { PolicyPage } from "@/features/policy";

export function PolicyRoute() {
  const navigate = useNavigate();
  const { version = null } = useSearch({ from: "/signed-in/navigated/policy" });
  return (
    <PolicyPage
      version={version}
      onVersionChosen={(next) => void navigate({ to: "/policy", search: next === null ? {} : { version: next } })}
    />
  );
}
