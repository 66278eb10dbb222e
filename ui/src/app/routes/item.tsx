import "@/shared/theme/mantine-more.css";
import { useNavigate, useParams, useRouter, useSearch } from "@tanstack/react-router";
import { EvidenceView } from "@/features/audit-log";
import { ItemPage } from "@/features/items";
import { useMay } from "@/shared/session/project";

export function ItemRoute() {
  const navigate = useNavigate();
  const router = useRouter();
  const mayReadLog = useMay("audit_log.read");
  const { itemId } = useParams({ from: "/signed-in/navigated/items/$itemId" });
  const { tab } = useSearch({ from: "/signed-in/navigated/items/$itemId" });
  return (
    <ItemPage
      itemId={itemId}
      tab={tab}
      evidence={mayReadLog ? <EvidenceView itemId={itemId} /> : null}
      onTabChosen={(next) => void navigate({ to: "/items/$itemId", params: { itemId }, search: { tab: next }, replace: true })}
      onLeave={() => (router.history.canGoBack() ? router.history.back() : void navigate({ to: "/items", search: {} }))}
    />
  );
}
