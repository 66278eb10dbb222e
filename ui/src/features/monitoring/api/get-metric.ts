import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { timeOf, type View } from "../view";

/** While the page is looked at, numbers are asked for again after this many milliseconds. */
const EVERY = 10_000;

export interface Asked {
  name: string;
  by?: "source" | "reviewer" | "queue" | "segment" | "model" | undefined;
  view: View;
  /** Metrics of the present belong to no time and no segment. */
  isNow?: boolean;
}

function queryOf({ name, by, view, isNow = false }: Asked, now: Date) {
  if (isNow) return { name, by };
  return { name, by, ...timeOf(view.range, now), segment: view.segment ?? undefined };
}

/** One metric over the time that the page looks at, kept up to date while somebody looks. */
export function useMetric(asked: Asked) {
  const { name, by, view, isNow } = asked;
  return useQuery({
    queryKey: ["metrics", name, by ?? null, isNow === true ? null : view],
    queryFn: () => bodyOf(api.GET("/v1/metrics", { params: { query: queryOf(asked, new Date()) } })),
    refetchInterval: EVERY,
    placeholderData: keepPreviousData,
  });
}

/** What each metric means, and the segments there are. */
export function useDefinitions() {
  return useQuery({
    queryKey: ["metrics", "definitions"],
    queryFn: () => bodyOf(api.GET("/v1/metrics/definitions")),
    staleTime: 60_000,
  });
}

/** The chart as the table that the server writes, ready to be saved. */
export async function metricTable(asked: Asked): Promise<Blob> {
  const text = await bodyOf(
    api.GET("/v1/metrics", {
      params: { query: queryOf(asked, new Date()) },
      headers: { Accept: "text/csv" },
      parseAs: "text",
    }),
  );
  return new Blob([String(text)], { type: "text/csv;charset=utf-8" });
}
