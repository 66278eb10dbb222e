import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { ViewIn, ViewOut, ViewsOut } from "@/api/schema";

const KEY = ["views"];

/** One's own views, those that leads share, and those that everyone has. */
export function useViews() {
  return useQuery({ queryKey: KEY, queryFn: () => bodyOf(api.GET("/v1/me/views")), staleTime: 60_000 });
}

export const isOwn = (view: ViewOut) => view.owner === null && view.given === null;

/** Replaces one's own views. */
export function useSaveViews(onDone: () => void) {
  const queries = useQueryClient();
  return useChange<ViewIn[], ViewsOut>(
    (views, key) =>
      bodyOf(api.PUT("/v1/me/views", { body: { views }, headers: once(key) })),
    {
      onDone: (out) => {
        queries.setQueryData(KEY, out);
        onDone();
      },
    },
  );
}

/** A view as it is sent. */
export function asSent({ name, filters, sort, columns, shared }: ViewOut): ViewIn {
  return { name, filters, sort, columns, shared };
}
