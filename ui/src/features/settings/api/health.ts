import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";

/** Whether all required parts run, looked at again every 15 s. */
export function useSystemHealth(isAllowed: boolean) {
  return useQuery({
    queryKey: ["health"],
    queryFn: () => bodyOf(api.GET("/v1/health")),
    refetchInterval: 15_000,
    enabled: isAllowed,
  });
}
