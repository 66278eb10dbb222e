import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { useMay } from "@/shared/session/project";

/** Whether all required parts run; asked only by those who may know. */
export function useHealth() {
  const isAllowed = useMay("system.read");
  return useQuery({
    queryKey: ["health"],
    queryFn: () => bodyOf(api.GET("/v1/health")),
    refetchInterval: 15_000,
    enabled: isAllowed,
  });
}
