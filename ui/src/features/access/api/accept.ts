import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { AcceptIn, MeOut } from "@/api/schema";
import { rememberSession } from "@/shared/session/me";

/** Gives an invited person their password and signs them in; the link works once. */
export function useAccept({ onDone }: { onDone: (me: MeOut) => void }) {
  return useChange<AcceptIn, MeOut>(
    async (invited, key) =>
      rememberSession(await bodyOf(api.POST("/v1/people/accept", { body: invited, headers: once(key) }))),
    { onDone },
  );
}
