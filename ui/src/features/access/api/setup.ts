import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { MeOut, SetupIn } from "@/api/schema";
import { rememberSession } from "@/shared/session/me";

/** Makes the first admin and the first project; the token works once. */
export function useSetup({ onDone, onRefused }: { onDone: (me: MeOut) => void; onRefused: (error: Error) => void }) {
  return useChange<SetupIn, MeOut>(
    async (first, key) => rememberSession(await bodyOf(api.POST("/v1/setup", { body: first, headers: once(key) }))),
    { onDone, onRefused },
  );
}
