import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { KeyIn, KeyOut } from "@/api/schema";

const KEYS = ["api-keys"];
const ROWS = 100;

/** The project's keys, newest first, page after page. */
export function useApiKeys() {
  return useInfiniteQuery({
    queryKey: KEYS,
    queryFn: ({ pageParam }) => bodyOf(api.GET("/v1/keys", { params: { query: { limit: ROWS, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    select: ({ pages }) => pages.flatMap((one) => one.data),
  });
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
