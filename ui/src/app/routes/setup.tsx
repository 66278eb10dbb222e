import "@/shared/theme/mantine-more.css";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { SetupPage } from "@/features/access";
import { meQuery } from "@/shared/session/me";
import { keepProject } from "@/shared/session/project";

export function SetupRoute() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <SetupPage
      onSignedIn={(me) => queries.setQueryData(meQuery.queryKey, me)}
      onDone={(project) => {
        keepProject(project);
        void navigate({ to: "/queues" });
      }}
    />
  );
}
