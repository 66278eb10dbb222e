import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { useMay } from "@/shared/session/project";

/** The names of the project's queues, to be offered as values of a filter. */
export function useQueueNames(): readonly string[] {
  const isAllowed = useMay("queues.read");
  const { data } = useQuery({
    queryKey: ["queues"],
    queryFn: async () => (await bodyOf(api.GET("/v1/queues"))).data,
    staleTime: 60_000,
    enabled: isAllowed,
  });
  return data?.map((queue) => queue.name) ?? [];
}
