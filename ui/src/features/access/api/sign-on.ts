import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";

/** How people come in here: by the company's sign-on, by password, or both. Asked once; without an answer, by password. */
export function useSignOn() {
  return useQuery({
    queryKey: ["sign-on"],
    queryFn: () => bodyOf(api.GET("/v1/sessions/oidc")),
    staleTime: Infinity,
    retry: false,
  });
}

/** Where the way to the company's sign-on begins; it leads back to `next`. */
export const signOnPath = (next: string) => `/v1/sessions/oidc/start?next=${encodeURIComponent(next)}`;
