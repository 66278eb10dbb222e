import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { StopIn, StopOut } from "@/api/schema";

export const stopQuery = queryOptions({
  queryKey: ["stop"],
  queryFn: () => bodyOf(api.GET("/v1/stop")),
  refetchInterval: 15_000,
});

export const useStop = () => useQuery(stopQuery);

/** Sets the stop. `onDone` only once the server has confirmed it. */
export function useSetStop({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  return useChange<StopIn, StopOut>(
    (stop, key) => bodyOf(api.PUT("/v1/stop", { body: stop, headers: once(key) })),
    {
      onDone: (stop) => {
        queries.setQueryData(stopQuery.queryKey, stop);
        onDone();
      },
    },
  );
}

/** Lifts the stop of this project, or that of every project. */
export function useLiftStop({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  return useChange<"project" | "everywhere", StopOut>(
    (scope, key) => bodyOf(api.DELETE("/v1/stop", { params: { query: { scope } }, headers: once(key) })),
    {
      onDone: () => {
        void queries.invalidateQueries({ queryKey: stopQuery.queryKey });
        onDone();
      },
    },
  );
}
