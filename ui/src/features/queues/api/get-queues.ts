import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";

export const queuesQuery = queryOptions({
  queryKey: ["queues"],
  queryFn: async () => (await bodyOf(api.GET("/v1/queues"))).data,
  // The stream keeps the numbers fresh; this is the net below it.
  refetchInterval: 60_000,
});

export const useQueues = () => useQuery(queuesQuery);
