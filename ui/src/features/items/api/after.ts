import { useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { AppealIn, ItemOut, OverrideIn, RecallIn, ReopenIn, ResultOut } from "@/api/schema";

const at = (itemId: string) => ({ path: { item_id: itemId } });

/** What became of the item is asked anew: its page, its timeline, the lists it stands in. */
function useAsked(itemId: string, onDone: () => void) {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: ["item", itemId] });
    void queries.invalidateQueries({ queryKey: ["items"] });
    onDone();
  };
}

/** Takes an outcome back; with a correction it is an override. */
export function useTakeBack(itemId: string, onDone: () => void) {
  return useChange<RecallIn | OverrideIn, ResultOut>(
    (body, key) =>
      "correction" in body
        ? bodyOf(api.POST("/v1/items/{item_id}/override", { params: at(itemId), body, headers: once(key) }))
        : bodyOf(api.POST("/v1/items/{item_id}/recall", { params: at(itemId), body, headers: once(key) })),
    { onDone: useAsked(itemId, onDone) },
  );
}

export function useAppeal(itemId: string, onDone: () => void) {
  return useChange<AppealIn, ItemOut>(
    (body, key) => bodyOf(api.POST("/v1/items/{item_id}/appeal", { params: at(itemId), body, headers: once(key) })),
    { onDone: useAsked(itemId, onDone) },
  );
}

export function useReopen(itemId: string, onDone: () => void) {
  return useChange<ReopenIn, ItemOut>(
    (body, key) => bodyOf(api.POST("/v1/items/{item_id}/reopen", { params: at(itemId), body, headers: once(key) })),
    { onDone: useAsked(itemId, onDone) },
  );
}
