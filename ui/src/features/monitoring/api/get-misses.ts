import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import type { View } from "../view";

/** The newest released items in which an audit found an error. */
export function useMisses(view: View, isAllowed: boolean) {
  return useQuery({
    queryKey: ["metrics", "misses", view.segment],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/audit-samples", {
          params: { query: { is_error: true, sort: "-received_at", limit: 10, segment: view.segment ?? undefined } },
        }),
      ),
    refetchInterval: 30_000,
    enabled: isAllowed,
  });
}
