import { useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { QueueOut, QueuePatch } from "@/api/schema";
import { queuesQuery } from "./get-queues";

/** Pauses or resumes one queue for everybody. */
export function useChangeQueue({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  return useChange<{ queue: string; patch: QueuePatch }, QueueOut>(
    ({ queue, patch }, key) =>
      bodyOf(api.PATCH("/v1/queues/{queue}", { params: { path: { queue } }, body: patch, headers: once(key) })),
    {
      onDone: (changed) => {
        queries.setQueryData(queuesQuery.queryKey, (before) =>
          before?.map((one) => (one.name === changed.name ? changed : one)),
        );
        onDone();
      },
    },
  );
}
