import { useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { PolicyIn, PolicyOut } from "@/api/schema";

/** What `activate` and `rollback` ask for: the version that was in force when the person decided. */
const onto = (active: number) => ({ "If-Match": `"r${active}"` });

function usePolicyChange<In>(send: (input: In, key: string) => Promise<PolicyOut>, onDone: (policy: PolicyOut) => void) {
  const queries = useQueryClient();
  return useChange<In, PolicyOut>(send, {
    onDone: (policy) => {
      void queries.invalidateQueries({ queryKey: ["policies"] });
      void queries.invalidateQueries({ queryKey: ["policy"] });
      onDone(policy);
    },
  });
}

export const usePropose = (onDone: (policy: PolicyOut) => void) =>
  usePolicyChange<PolicyIn>((body, key) => bodyOf(api.POST("/v1/policies", { body, headers: once(key) })), onDone);

export const useApprove = (onDone: (policy: PolicyOut) => void) =>
  usePolicyChange<{ version: number; note: string }>(
    ({ version, note }, key) =>
      bodyOf(api.POST("/v1/policies/{version}/approve", { params: { path: { version } }, body: { note }, headers: once(key) })),
    onDone,
  );

export const useActivate = (onDone: (policy: PolicyOut) => void) =>
  usePolicyChange<{ version: number; active: number }>(
    ({ version, active }, key) =>
      bodyOf(
        api.POST("/v1/policies/{version}/activate", {
          params: { path: { version } },
          body: {},
          headers: { ...once(key), ...onto(active) },
        }),
      ),
    onDone,
  );

export const useRollBack = (onDone: (policy: PolicyOut) => void) =>
  usePolicyChange<{ reason: string; active: number }>(
    ({ reason, active }, key) =>
      bodyOf(api.POST("/v1/policies/rollback", { body: { reason }, headers: { ...once(key), ...onto(active) } })),
    onDone,
  );
