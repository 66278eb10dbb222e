import "@/shared/theme/mantine-more.css";
import { useNavigate, useParams } from "@tanstack/react-router";
import { ReviewPage } from "@/features/review";

export function ReviewRoute() {
  const navigate = useNavigate();
  const { assignmentId } = useParams({ from: "/signed-in/review/$assignmentId" });
  return (
    <ReviewPage
      assignmentId={assignmentId}
      onRule={(version) => void navigate({ to: "/policy", search: { version } })}
      onLeave={() => void navigate({ to: "/queues" })}
      onNextAssignment={(next) =>
        void navigate({ to: "/review/$assignmentId", params: { assignmentId: next }, replace: true })
      }
    />
  );
}
