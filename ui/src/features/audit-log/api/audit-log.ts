import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { useMay } from "@/shared/session/project";
import type { EntryFilter } from "../filter";

export const ROWS = 50;

/** How long the log is, its newest checkpoint, and what the server's last check said. */
export function useAuditLogState(enabled = true) {
  return useQuery({ queryKey: ["audit-log", "state"], queryFn: () => bodyOf(api.GET("/v1/audit-log/state")), enabled });
}

/** One page of entries, newest first. */
export function useAuditEntries(filter: EntryFilter, cursor: string | null) {
  return useQuery({
    queryKey: ["audit-log", "entries", filter, cursor],
    queryFn: () => bodyOf(api.GET("/v1/audit-log", { params: { query: { ...filter, limit: ROWS, cursor: cursor ?? undefined } } })),
    placeholderData: keepPreviousData,
  });
}

/** Every entry about one item, with its proof. */
export function useEvidence(itemId: string) {
  return useQuery({
    queryKey: ["item", itemId, "evidence"],
    queryFn: () => bodyOf(api.GET("/v1/items/{item_id}/evidence", { params: { path: { item_id: itemId } } })),
  });
}

/** People whose entries one can look for. */
export function usePeopleNames(): readonly { id: string; name: string }[] {
  const isAllowed = useMay("people.read");
  const { data } = useQuery({
    queryKey: ["people", "names"],
    queryFn: async () => (await bodyOf(api.GET("/v1/people", { params: { query: { limit: 200 } } }))).data,
    staleTime: 60_000,
    enabled: isAllowed,
  });
  return data?.map((one) => ({ id: one.person_id, name: one.name })) ?? [];
}
