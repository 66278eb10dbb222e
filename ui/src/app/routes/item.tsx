import "@/shared/theme/mantine-more.css";
import { useNavigate, useParams, useRouter, useSearch } from "@tanstack/react-router";
import { ItemPage } from "@/features/items";

export function ItemRoute() {
  const navigate = useNavigate();
  const router = useRouter();
  const { itemId } = useParams({ from: "/signed-in/navigated/items/$itemId" });
  const { tab } = useSearch({ from: "/signed-in/navigated/items/$itemId" });
  return (
    <ItemPage
      itemId={itemId}
      tab={tab}
      onTabChosen={(next) => void navigate({ to: "/items/$itemId", params: { itemId }, search: { tab: next }, replace: true })}
      onLeave={() => (router.history.canGoBack() ? router.history.back() : void navigate({ to: "/items", search: {} }))}
    />
  );
}
