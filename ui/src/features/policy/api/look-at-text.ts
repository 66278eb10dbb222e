import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import type { DiffIn, JsonObject, ValidateOut } from "@/api/schema";

/** What is wrong with a text, with line and column. */
export function validate(yaml: string): Promise<ValidateOut> {
  return bodyOf(api.POST("/v1/policies/validate", { body: { yaml } }));
}

/** What changes from one policy to another; null asks nothing. */
export function useDiff(wanted: DiffIn | null) {
  return useQuery({
    queryKey: ["policy-diff", wanted?.from, wanted?.to],
    queryFn: () => bodyOf(api.POST("/v1/policies/diff", { body: wanted ?? { from: 1, to: 1 } })),
    enabled: wanted !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

/** The language as JSON Schema, with a sentence for each key. */
export function useLanguage() {
  return useQuery<JsonObject>({
    queryKey: ["policy-schema"],
    queryFn: () => bodyOf(api.GET("/v1/policies/schema")),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** How often each kind of error was named in the last 30 days. */
export function useCategories() {
  return useQuery({ queryKey: ["policy-categories"], queryFn: () => bodyOf(api.GET("/v1/policies/categories")) });
}
