import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { useMay } from "@/shared/session/project";

/** The name of whoever wrote a version; null when the person is gone, or nobody did. */
export function useAuthor(personId: string | null): string | null {
  const isAllowed = useMay("people.read");
  const { data } = useQuery({
    queryKey: ["people"],
    queryFn: async () => (await bodyOf(api.GET("/v1/people", { params: { query: { limit: 200 } } }))).data,
    staleTime: 60_000,
    enabled: isAllowed && personId !== null,
  });
  return data?.find((one) => one.person_id === personId)?.name ?? null;
}
