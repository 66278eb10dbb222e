import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, bodyOf, newKey, once } from "@/api/client";
import { mayRetry } from "@/api/errors";
import type { MeOut } from "@/api/schema";
import { meQuery } from "@/shared/session/me";
import { readSettings, type Settings, writeSettings } from "./settings";

/** The settings of the signed-in person, or the defaults before anyone is. */
export function useSettings(): Settings {
  const { data } = useQuery({ ...meQuery, enabled: false });
  const stored = data?.settings;
  return useMemo(() => readSettings(stored), [stored]);
}

/** Changes some settings: seen at once, kept by the server, taken back if the server refuses. */
export function useChangeSettings() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ next, key }: { next: Settings; key: string }) =>
      // Kept alive, so that a change is not lost with a reload right after it.
      bodyOf(api.PATCH("/v1/me", { body: { settings: writeSettings(next) }, headers: once(key), keepalive: true })),
    retry: (failures, error) => failures < 2 && mayRetry(error),
    networkMode: "always",
    scope: { id: "settings" },
    onMutate: ({ next }) => {
      const before = queries.getQueryData(meQuery.queryKey);
      queries.setQueryData<MeOut | null>(meQuery.queryKey, (me) => me && { ...me, settings: writeSettings(next) });
      return { before };
    },
    onError: (_error, _sent, kept) => {
      if (kept?.before) queries.setQueryData<MeOut | null>(meQuery.queryKey, kept.before);
    },
  });
}

/** `change({ theme: "dark" })`, beside whether the server took the last change. */
export function useSettingsChange() {
  const settings = useSettings();
  const { mutate, ...mutation } = useChangeSettings();
  return {
    ...mutation,
    settings,
    change: (part: Partial<Settings>) => mutate({ next: { ...settings, ...part }, key: newKey() }),
  };
}
