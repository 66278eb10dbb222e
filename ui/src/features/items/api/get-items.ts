import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import type { SearchWords } from "../filters";

export const ROWS = 100;

/** One page of items in the order of the list, with how many there are in all. */
export function useItems(filter: SearchWords, cursor: string | null) {
  return useQuery({
    queryKey: ["items", filter, cursor],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/items", {
          params: { query: { ...filter, limit: ROWS, count: cursor === null ? true : undefined, cursor: cursor ?? undefined } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}
