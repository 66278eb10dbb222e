import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { KeyIn, KeyOut } from "@/api/schema";

/** Makes the first API key of the new project; the answer holds its secret, once. */
export function useFirstKey() {
  return useChange<KeyIn, KeyOut>((wanted, key) => bodyOf(api.POST("/v1/keys", { body: wanted, headers: once(key) })));
}
