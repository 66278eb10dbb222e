import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import type { ExportField } from "@/api/schema";
import { useMay } from "@/shared/session/project";

const MOST = 50;
/** What the list of items cannot be filtered by either, so that nobody has counted its values. */
const UNCOUNTED: readonly ExportField[] = ["prompt_version", "language"];

/** Values that items have of a field, to choose from; none where nobody may know them. */
export function useValues(field: ExportField): readonly string[] {
  const isAllowed = useMay("items.read");
  const { data } = useQuery({
    queryKey: ["items", "filters", field, "", MOST],
    queryFn: async () =>
      (await bodyOf(api.GET("/v1/items/filters/{name}", { params: { path: { name: field }, query: { limit: MOST } } }))).data,
    enabled: isAllowed && !UNCOUNTED.includes(field),
    staleTime: 15_000,
    retry: false,
  });
  return data?.map((one) => one.value) ?? [];
}
