import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { MeOut, SignIn } from "@/api/schema";
import { rememberSession } from "@/shared/session/me";

/** Signs in. Not tried again by itself: a wrong password sent thrice would lock the account. */
export function useSignIn({ onSignedIn }: { onSignedIn: (me: MeOut) => void }) {
  return useChange<SignIn, MeOut>(
    async (who, key) => rememberSession(await bodyOf(api.POST("/v1/sessions", { body: who, headers: once(key) }))),
    { onDone: onSignedIn, retries: 0 },
  );
}
