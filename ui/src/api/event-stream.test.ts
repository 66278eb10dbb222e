import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { EventCutter, followStream } from "./event-stream";

it("cuts events wherever the pieces break", () => {
  const text = 'event: queues\ndata: {"data":\ndata: []}\n\n: beat\n\nevent: assignment\ndata: 1\n\n';
  for (let cut = 0; cut <= text.length; cut += 1) {
    const cutter = new EventCutter();
    expect([...cutter.push(text.slice(0, cut)), ...cutter.push(text.slice(cut))]).toEqual([
      { event: "queues", data: '{"data":\n[]}' },
      { event: "assignment", data: "1" },
    ]);
  }
});

it("reads lines that end as on Windows", () => {
  expect(new EventCutter().push("event: a\r\ndata: b\r\n\r\n")).toEqual([{ event: "a", data: "b" }]);
});

const streamOf = (text: string) => new Response(text, { headers: { "Content-Type": "text/event-stream" } });

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("connects again when the line ends, and stops when told to", async () => {
  const fetches = vi.fn(async () => streamOf("event: queues\ndata: 1\n\n"));
  vi.stubGlobal("fetch", fetches);
  const seen: string[] = [];
  const stop = followStream("/v1/queues/stream", { onEvent: (event) => seen.push(event.event) });
  await vi.advanceTimersByTimeAsync(50);
  expect(seen).toEqual(["queues"]);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(seen).toEqual(["queues", "queues"]);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fetches).toHaveBeenCalledTimes(2);
});

it("does not knock again where the server refuses", async () => {
  const fetches = vi.fn(async () => new Response("{}", { status: 403 }));
  vi.stubGlobal("fetch", fetches);
  const stop = followStream("/v1/queues/stream", { onEvent: () => undefined });
  await vi.advanceTimersByTimeAsync(120_000);
  stop();
  expect(fetches).toHaveBeenCalledTimes(1);
});
