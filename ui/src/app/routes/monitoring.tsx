import "@/shared/theme/mantine-more.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { fromSearch, MonitoringPage, toSearch } from "@/features/monitoring";

export function MonitoringRoute() {
  const navigate = useNavigate();
  const view = fromSearch(useSearch({ from: "/signed-in/navigated/monitoring" }));
  const toItems = useCallback(
    (itemsUrl: string) => {
      const { pathname, searchParams } = new URL(itemsUrl, window.location.origin);
      const itemId = /^\/items\/([^/]+)$/.exec(pathname)?.[1];
      if (itemId !== undefined) void navigate({ to: "/items/$itemId", params: { itemId } });
      else void navigate({ to: "/items", search: Object.fromEntries(searchParams) });
    },
    [navigate],
  );
  return (
    <MonitoringPage
      view={view}
      onViewChanged={(next) => void navigate({ to: "/monitoring", search: toSearch(next) })}
      onItemsAsked={toItems}
    />
  );
}
