import { useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { Claimed } from "@/api/schema";
import { heldQuery } from "./get-held";
import { queuesQuery } from "./get-queues";

const claim = (queue: string | null, key: string): Promise<Claimed> =>
  bodyOf(
    api.POST("/v1/assignments/claim", {
      body: queue === null ? { limit: 1 } : { queues: [queue], limit: 1 },
      headers: once(key),
    }),
  );

export interface ClaimedNext extends Claimed {
  /** The wanted queue had nothing left, so this comes from another. */
  wasFaster: boolean;
}

/** Claims the next item of `queue`; if somebody was faster there, the next one of any queue. */
async function claimNext(queue: string, key: string): Promise<ClaimedNext> {
  const first = await claim(queue, key);
  if (first.assignments.length > 0 || first.empty_because !== "none_left") return { ...first, wasFaster: false };
  const other = await claim(null, `${key}-any`);
  return { ...other, wasFaster: true };
}

interface ClaimHandlers {
  onClaimed: (claimed: ClaimedNext) => void;
  onRefused: () => void;
}

export function useClaim({ onClaimed, onRefused }: ClaimHandlers) {
  const queries = useQueryClient();
  return useChange<string, ClaimedNext>(claimNext, {
    onRefused,
    onDone: (claimed) => {
      for (const assignment of claimed.assignments) {
        queries.setQueryData(["assignment", assignment.assignment_id], assignment);
      }
      void queries.invalidateQueries({ queryKey: heldQuery.queryKey });
      void queries.invalidateQueries({ queryKey: queuesQuery.queryKey });
      onClaimed(claimed);
    },
  });
}
