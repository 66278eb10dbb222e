import "@/shared/theme/mantine-more.css";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { AcceptPage } from "@/features/access";
import { meQuery } from "@/shared/session/me";

export function AcceptRoute() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <AcceptPage
      onSignedIn={(me) => {
        queries.clear();
        queries.setQueryData(meQuery.queryKey, me);
        void navigate({ to: "/queues" });
      }}
    />
  );
}
