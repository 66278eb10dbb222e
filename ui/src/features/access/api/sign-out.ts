import { useMutation } from "@tanstack/react-query";
import { api, bodyOf, newKey, once } from "@/api/client";
import { ApiError } from "@/api/errors";

/** Ends the session and starts the app anew, so that nothing of it stays in memory. */
export function useSignOut() {
  return useMutation({
    mutationFn: async () => {
      try {
        await bodyOf(api.DELETE("/v1/sessions/current", { headers: once(newKey()) }));
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 401)) throw error;
      }
    },
    onSuccess: () => window.location.assign("/sign-in"),
  });
}
