import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";

/** All versions of the policy, newest first. */
export function usePolicies() {
  return useQuery({
    queryKey: ["policies"],
    queryFn: async () => (await bodyOf(api.GET("/v1/policies"))).data,
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
