import { QueryClient } from "@tanstack/react-query";
import { mayRetry } from "./errors";

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && mayRetry(error),
        retryDelay: (failures) => Math.min(400 * 2 ** failures, 4_000),
        networkMode: "always",
        refetchOnWindowFocus: true,
      },
    },
  });
}
