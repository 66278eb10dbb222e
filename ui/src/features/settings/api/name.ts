import { useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { MeOut } from "@/api/schema";
import { meQuery, rememberSession } from "@/shared/session/me";

export function useChangeName() {
  const queries = useQueryClient();
  return useChange<string, MeOut>(
    async (name, key) => rememberSession(await bodyOf(api.PATCH("/v1/me", { body: { name }, headers: once(key) }))),
    { onDone: (me) => queries.setQueryData(meQuery.queryKey, me) },
  );
}
