import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";

/** How many items of a queue this person could claim now; null until known. The stream keeps it fresh. */
export function useQueueCounts(queue: string): number | null {
  const { data } = useQuery({
    queryKey: ["queues"],
    queryFn: async () => (await bodyOf(api.GET("/v1/queues", {}))).data,
    staleTime: 20_000,
    refetchInterval: 60_000,
    retry: false,
  });
  return data?.find((one) => one.name === queue)?.waiting ?? null;
}
