import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { DeliveryOut, DeliveryState, ReplayIn, ReplayOut, WebhookIn, WebhookOut, WebhookPatch } from "@/api/schema";

const WEBHOOKS = ["webhooks"];
const DELIVERIES = ["deliveries"];
/** Health and deliveries move by themselves while somebody looks. */
const LOOK_AGAIN = 5_000;

export function useWebhooks() {
  return useQuery({
    queryKey: WEBHOOKS,
    queryFn: async () => (await bodyOf(api.GET("/v1/webhooks", { params: { query: { limit: 200 } } }))).data,
    refetchInterval: LOOK_AGAIN,
  });
}

/** One webhook as it is while it is edited, with what must be sent back so that no change of another is lost. */
export function useWebhook(name: string) {
  return useQuery({
    queryKey: [...WEBHOOKS, name],
    queryFn: async () => {
      const answer = await api.GET("/v1/webhooks/{name}", { params: { path: { name } } });
      const webhook = await bodyOf(Promise.resolve(answer));
      return { webhook, etag: answer.response.headers.get("ETag") ?? "" };
    },
    gcTime: 0,
    staleTime: Infinity,
  });
}

function useForget() {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: WEBHOOKS, exact: true });
    void queries.invalidateQueries({ queryKey: DELIVERIES });
  };
}

/** Makes a webhook; its secret is in this answer and in no other. */
export function useMakeWebhook() {
  return useChange<WebhookIn, WebhookOut>((wanted, key) => bodyOf(api.POST("/v1/webhooks", { body: wanted, headers: once(key) })), {
    onDone: useForget(),
  });
}

interface Change {
  name: string;
  etag: string;
  patch: WebhookPatch;
}

export function useChangeWebhook({ onDone }: { onDone: (webhook: WebhookOut) => void }) {
  const forget = useForget();
  return useChange<Change, WebhookOut>(
    ({ name, etag, patch }, key) =>
      bodyOf(api.PATCH("/v1/webhooks/{name}", { params: { path: { name } }, body: patch, headers: { ...once(key), "If-Match": etag } })),
    {
      onDone: (webhook) => {
        forget();
        onDone(webhook);
      },
    },
  );
}

export function useRemoveWebhook({ onDone }: { onDone: () => void }) {
  const forget = useForget();
  return useChange<{ name: string; etag: string }, undefined>(
    ({ name, etag }, key) =>
      bodyOf(api.DELETE("/v1/webhooks/{name}", { params: { path: { name } }, headers: { ...once(key), "If-Match": etag } })),
    {
      onDone: () => {
        forget();
        onDone();
      },
    },
  );
}

export function useRotate() {
  return useChange<{ name: string; overlap: string }, WebhookOut>(
    ({ name, overlap }, key) =>
      bodyOf(api.POST("/v1/webhooks/{name}/rotate", { params: { path: { name } }, body: { overlap }, headers: once(key) })),
    { onDone: useForget() },
  );
}

export function useTestWebhook({ onDone }: { onDone: () => void }) {
  const forget = useForget();
  return useChange<string, DeliveryOut>(
    (name, key) => bodyOf(api.POST("/v1/webhooks/{name}/test", { params: { path: { name } }, headers: once(key) })),
    {
      onDone: () => {
        forget();
        onDone();
      },
    },
  );
}

/** The deliveries of a webhook, newest first, page by page. */
export function useDeliveries(webhook: string, state: DeliveryState | "all") {
  return useInfiniteQuery({
    queryKey: [...DELIVERIES, webhook, state],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.GET("/v1/deliveries", {
          params: { query: { webhook, limit: 50, ...(state !== "all" && { state }), ...(pageParam !== null && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: LOOK_AGAIN,
  });
}

export function useReplay() {
  return useChange<string, DeliveryOut>(
    (id, key) => bodyOf(api.POST("/v1/deliveries/{delivery_id}/replay", { params: { path: { delivery_id: id } }, headers: once(key) })),
    { onDone: useForget() },
  );
}

export function useReplaySpan() {
  return useChange<ReplayIn, ReplayOut>((span, key) => bodyOf(api.POST("/v1/deliveries/replay", { body: span, headers: once(key) })), {
    onDone: useForget(),
  });
}
