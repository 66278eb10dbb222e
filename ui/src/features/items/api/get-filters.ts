import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import type { ValueOut } from "@/api/schema";

/** The metadata keys items can be found by, and the project's time zone. */
export function useProjectFilters(): { keys: readonly string[]; zone: string | undefined } {
  const { data } = useQuery({
    queryKey: ["items", "filters"],
    queryFn: () => bodyOf(api.GET("/v1/items/filters")),
    staleTime: 60_000,
  });
  const keys = data?.data.filter((one) => one.name.startsWith("metadata.")).map((one) => one.name) ?? [];
  return { keys, zone: data?.zone };
}

const NONE: readonly ValueOut[] = [];

/** Values that items have of a filter and that hold what was typed; none while `name` is null. */
export function useFilterValues(name: string | null, begins: string): readonly ValueOut[] {
  const { data } = useQuery({
    queryKey: ["items", "filters", name, begins],
    queryFn: async () =>
      (await bodyOf(api.GET("/v1/items/filters/{name}", { params: { path: { name: name ?? "" }, query: { begins, limit: 20 } } }))).data,
    enabled: name !== null,
    staleTime: 15_000,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return name === null ? NONE : (data ?? NONE);
}
