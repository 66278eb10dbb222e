import { useNavigate, useSearch } from "@tanstack/react-router";
import { PolicyPage } from "@/features/policy";

export function PolicyRoute() {
  const navigate = useNavigate();
  const { version = null, view = "text", draft = false } = useSearch({ from: "/signed-in/navigated/policy" });
  return (
    <PolicyPage
      version={version}
      view={view}
      isDraft={draft}
      onShown={(next) =>
        void navigate({
          to: "/policy",
          search: {
            ...(next.version !== null && { version: next.version }),
            ...(next.view !== "text" && { view: next.view }),
            ...(next.isDraft && { draft: true }),
          },
        })
      }
    />
  );
}
