import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";

export const heldQuery = queryOptions({
  queryKey: ["assignments", "held"],
  queryFn: async () => (await bodyOf(api.GET("/v1/assignments", { params: { query: { state: "held" } } }))).data,
  refetchInterval: 60_000,
});

/** What I have claimed and not finished. */
export const useHeld = (isAllowed: boolean) => useQuery({ ...heldQuery, enabled: isAllowed });
