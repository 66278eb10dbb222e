import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { ExportIn, ExportOut, JobOut } from "@/api/schema";

const EXPORTS = ["exports"];
const ROWS = 20;
const POLL_MS = 1_000;

/** Whether an export is still to be made. */
export const isUnderWay = ({ state }: { state: string }) => state === "queued" || state === "running";

/** One page of the project's exports, newest first. */
export function useExports(cursor: string | null, enabled: boolean) {
  return useQuery({
    queryKey: [...EXPORTS, "list", cursor],
    queryFn: () => bodyOf(api.GET("/v1/exports", { params: { query: { limit: ROWS, cursor: cursor ?? undefined } } })),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** An export of the list, asked for again each second while it is under way. Its job is known to who asked alone. */
export function useExport(listed: ExportOut): ExportOut {
  const { data } = useQuery({
    queryKey: [...EXPORTS, "one", listed.export_id],
    queryFn: () => bodyOf(api.GET("/v1/exports/{export_id}", { params: { path: { export_id: listed.export_id } } })),
    initialData: listed,
    enabled: isUnderWay(listed),
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data) ? POLL_MS : false),
  });
  return isUnderWay(listed) ? data : listed;
}

export function useStartExport({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  return useChange<ExportIn, JobOut>((wanted, key) => bodyOf(api.POST("/v1/exports", { body: wanted, headers: once(key) })), {
    onDone: () => {
      void queries.invalidateQueries({ queryKey: EXPORTS });
      onDone();
    },
  });
}
