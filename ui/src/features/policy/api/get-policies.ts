import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";

/** All versions of the policy, newest first, and whether a second person must approve one. */
export function usePolicies() {
  return useQuery({
    queryKey: ["policies"],
    queryFn: () => bodyOf(api.GET("/v1/policies")),
  });
}

/** One version; null is the active one. */
export function usePolicy(version: number | null) {
  return useQuery({
    queryKey: ["policy", version ?? "active"],
    queryFn: () =>
      version === null
        ? bodyOf(api.GET("/v1/policies/active"))
        : bodyOf(api.GET("/v1/policies/{version}", { params: { path: { version } } })),
  });
}
