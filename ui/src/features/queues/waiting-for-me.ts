import { useQuery } from "@tanstack/react-query";
import { useMay } from "@/shared/session/project";
import { queuesQuery } from "./api/get-queues";

/** How many items wait for the signed-in person in all open queues; null until known. */
export function useWaitingForMe(): number | null {
  const mayRead = useMay("queues.read");
  const isAllowed = useMay("assignments.claim") && mayRead;
  const { data } = useQuery({ ...queuesQuery, enabled: isAllowed });
  if (!isAllowed) return null;
  return data?.reduce((sum, queue) => sum + (queue.paused ? 0 : queue.waiting), 0) ?? null;
}
