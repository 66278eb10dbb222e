import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { KeyIn, KeyOut } from "@/api/schema";

const KEYS = ["api-keys"];

export function useApiKeys() {
  return useQuery({ queryKey: KEYS, queryFn: async () => (await bodyOf(api.GET("/v1/keys", { params: { query: { limit: 200 } } }))).data });
}

/** Makes a key; its secret is in this answer and in no other. */
export function useMakeKey() {
  const queries = useQueryClient();
  return useChange<KeyIn, KeyOut>((wanted, key) => bodyOf(api.POST("/v1/keys", { body: wanted, headers: once(key) })), {
    onDone: () => void queries.invalidateQueries({ queryKey: KEYS }),
  });
}

export function useRevokeKey({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  return useChange<string, undefined>(
    (keyId, key) => bodyOf(api.DELETE("/v1/keys/{key_id}", { params: { path: { key_id: keyId } }, headers: once(key) })),
    {
      onDone: () => {
        void queries.invalidateQueries({ queryKey: KEYS });
        onDone();
      },
    },
  );
}
