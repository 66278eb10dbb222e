import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, bodyOf } from "@/api/client";

/** How many verdicts of today stand, counted by the server anew after each of this sitting; null until known. */
export function useDoneToday(doneHere: number): number | null {
  const { data, refetch } = useQuery({
    queryKey: ["reviews", "today"],
    queryFn: async () => (await bodyOf(api.GET("/v1/reviews/today", {}))).given,
    refetchInterval: 60_000,
    retry: false,
  });
  useEffect(() => {
    if (doneHere > 0) void refetch();
  }, [doneHere, refetch]);
  return data ?? null;
}
