import { useQuery } from "@tanstack/react-query";
import { useMay } from "@/shared/session/project";
import { queuesQuery } from "./api/get-queues";

/** How many items wait for the signed-in person in all open queues; null until known. */
export function useWaitingForMe(): number | null {
  const isAllowed = useMay("queues.read");
  const { data } = useQuery({ ...queuesQuery, enabled: isAllowed });
  return data?.reduce((sum, queue) => sum + (queue.paused ? 0 : queue.waiting), 0) ?? null;
}
