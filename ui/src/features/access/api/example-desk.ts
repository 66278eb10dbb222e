import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";

/** The project with simulated data, if the server has one this person belongs to. */
export function useExampleDesk() {
  const { data } = useQuery({ queryKey: ["projects"], queryFn: () => bodyOf(api.GET("/v1/projects")) });
  return data?.data.find((one) => one.is_demo) ?? null;
}
