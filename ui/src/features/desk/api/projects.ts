import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { useProject } from "@/shared/session/project";

/** True when the project on screen holds the simulated data of the example desk. */
export function useIsDemo(): boolean {
  const { project } = useProject();
  const { data } = useQuery({
    queryKey: ["projects"],
    queryFn: () => bodyOf(api.GET("/v1/projects")),
    staleTime: 10 * 60_000,
  });
  return data?.data.find((one) => one.slug === project)?.is_demo ?? false;
}
