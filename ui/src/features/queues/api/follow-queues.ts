import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { tellAssignmentNews } from "@/api/assignment-news";
import { followStream, type StreamEvent } from "@/api/event-stream";
import type { QueuesOut } from "@/api/schema";
import { heldQuery } from "./get-held";
import { queuesQuery } from "./get-queues";

/** Keeps the queues and one's own assignments fresh by the server's stream. True while it is live. */
export function useLiveQueues(): boolean {
  const queries = useQueryClient();
  const [isLive, setIsLive] = useState(false);
  useEffect(() => {
    const take = ({ event, data }: StreamEvent) => {
      if (event === "queues") {
        const { data: queues } = JSON.parse(data) as QueuesOut; // our own server, held to the wire shape
        queries.setQueryData(queuesQuery.queryKey, queues);
      }
      if (event === "assignment") {
        tellAssignmentNews(JSON.parse(data));
        void queries.invalidateQueries({ queryKey: heldQuery.queryKey });
      }
    };
    return followStream("/v1/queues/stream", { onEvent: take, onLive: setIsLive });
  }, [queries]);
  return isLive;
}
