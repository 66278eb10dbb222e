import { useMutation, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import type { PolicyTestIn } from "@/api/schema";

/** Where an item would go. Stores nothing, so it may be asked as often as one likes. */
export function useTryPolicy() {
  return useMutation({ mutationFn: (asked: PolicyTestIn) => bodyOf(api.POST("/v1/policies/test", { body: asked })) });
}

/** The newest items, to try a policy on. */
export function useRecentItems() {
  return useQuery({
    queryKey: ["items", "recent"],
    queryFn: async () => (await bodyOf(api.GET("/v1/items", { params: { query: { limit: 8 } } }))).data,
  });
}
