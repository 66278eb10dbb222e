import { useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { ProjectOut } from "@/api/schema";
import { useProject } from "@/shared/session/project";

/** Whether a second person must approve a policy of this project; the other settings stay as they are. */
export function useSetNeedsApproval() {
  const queries = useQueryClient();
  const { project } = useProject();
  const path = { slug: project };
  return useChange<boolean, ProjectOut>(
    async (policy_needs_approval, key) => {
      const read = api.GET("/v1/projects/{slug}", { params: { path } });
      const { settings } = await bodyOf(read);
      const etag = (await read).response.headers.get("ETag") ?? "";
      return bodyOf(
        api.PATCH("/v1/projects/{slug}", {
          params: { path },
          body: { settings: { ...settings, policy_needs_approval } },
          headers: { ...once(key), "If-Match": etag },
        }),
      );
    },
    { onDone: () => void queries.invalidateQueries({ queryKey: ["policies"] }) },
  );
}
