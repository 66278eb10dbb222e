import "@/shared/theme/mantine-more.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ItemsPage } from "@/features/items";

export function ItemsRoute() {
  const navigate = useNavigate();
  const search = useSearch({ from: "/signed-in/navigated/items" });
  return (
    <ItemsPage
      search={search}
      onSearchChanged={(next, { replace }) => void navigate({ to: "/items", search: next, replace })}
      onItemOpened={(itemId) => void navigate({ to: "/items/$itemId", params: { itemId } })}
    />
  );
}
