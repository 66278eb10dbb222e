import { useNavigate, useSearch } from "@tanstack/react-router";
import { QueuesPage } from "@/features/queues";

export function QueuesRoute() {
  const navigate = useNavigate();
  const { all = false } = useSearch({ from: "/signed-in/navigated/queues" });
  return (
    <QueuesPage
      showsAll={all}
      onAllChosen={(next) => void navigate({ to: "/queues", search: next ? { all: true } : {}, replace: true })}
      onItemClaimed={(assignmentId) => void navigate({ to: "/review/$assignmentId", params: { assignmentId } })}
    />
  );
}
