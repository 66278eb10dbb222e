import { QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useChange } from "./change";
import { ApiError, Unreachable } from "./errors";
import { newQueryClient } from "./query-client";

const wrapper = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={newQueryClient()}>{children}</QueryClientProvider>
);
const refusal = (status: number, retry: boolean) =>
  new ApiError({ code: "x", message: "x", status, retry, fields: [], request_id: null, docs: "" });

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => vi.useRealTimers());

it("keeps one idempotency key over its retries, and takes a new one for the next change", async () => {
  const keys: string[] = [];
  const send = vi.fn(async (_input: string, key: string) => {
    keys.push(key);
    if (keys.length < 3) throw new Unreachable(new TypeError("network"));
    return "done";
  });
  const { result } = renderHook(() => useChange(send), { wrapper });
  act(() => result.current.mutate("a"));
  await vi.advanceTimersByTimeAsync(5_000);
  await waitFor(() => expect(result.current.data).toBe("done"));
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  act(() => result.current.mutate("b"));
  await waitFor(() => expect(new Set(keys).size).toBe(2));
});

it("does not try again what the server refuses for good", async () => {
  const send = vi.fn(async () => Promise.reject(refusal(422, false)));
  const { result } = renderHook(() => useChange(send), { wrapper });
  act(() => result.current.mutate(undefined));
  await vi.advanceTimersByTimeAsync(10_000);
  await waitFor(() => expect(result.current.isError).toBe(true));
  expect(send).toHaveBeenCalledTimes(1);
});

it("sends again by hand under the key it had", async () => {
  const keys: string[] = [];
  const send = vi.fn(async (_input: undefined, key: string) => {
    keys.push(key);
    return Promise.reject(refusal(503, true));
  });
  const { result } = renderHook(() => useChange(send, { retries: 0 }), { wrapper });
  act(() => result.current.mutate(undefined));
  await waitFor(() => expect(result.current.isError).toBe(true));
  act(() => result.current.sendAgain());
  await waitFor(() => expect(keys).toHaveLength(2));
  expect(keys[0]).toBe(keys[1]);
});
