import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";

export function useItem(itemId: string) {
  return useQuery({
    queryKey: ["item", itemId],
    queryFn: () => bodyOf(api.GET("/v1/items/{item_id}", { params: { path: { item_id: itemId } } })),
  });
}

export function useTimeline(itemId: string) {
  return useQuery({
    queryKey: ["item", itemId, "timeline"],
    queryFn: async () =>
      (await bodyOf(api.GET("/v1/items/{item_id}/timeline", { params: { path: { item_id: itemId } } }))).data,
  });
}
