import { describe, expect, it } from "vitest";
import type { QueueOut } from "@/api/schema";
import { changesOfOrder, inOrder, inShownOrder, nextQueue, situation, urgency } from "./order";

const now = new Date("2026-11-21T10:00:00.000Z");
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();

function queue(name: string, rest: Partial<QueueOut> = {}): QueueOut {
  return {
    name,
    kind: "expert",
    level: "junior",
    skills: [],
    languages: [],
    requires: "correction",
    waiting: 1,
    waiting_all: 1,
    held: 0,
    overdue: 0,
    oldest_due_at: null,
    on_time_today: null,
    paused: false,
    paused_reason: null,
    audits: false,
    empty_because: null,
    ...rest,
  };
}

const names = (queues: readonly QueueOut[]) => queues.map((one) => one.name);

describe("the order of queues", () => {
  it("puts the nearest deadline first and queues without work last", () => {
    const queues = [
      queue("empty", { waiting: 0 }),
      queue("late", { oldest_due_at: inMinutes(200) }),
      queue("none", { waiting: 40 }),
      queue("near", { oldest_due_at: inMinutes(5) }),
      queue("paused", { waiting: 9, paused: true, oldest_due_at: inMinutes(1) }),
    ];
    expect(names(inOrder(queues))).toEqual(["near", "late", "none", "empty", "paused"]);
  });

  it("stays as it is on screen while numbers change, and counts what would move", () => {
    const before = [queue("a", { oldest_due_at: inMinutes(5) }), queue("b", { oldest_due_at: inMinutes(50) })];
    const order = names(inOrder(before));
    const after = [queue("a", { oldest_due_at: inMinutes(90) }), queue("b", { oldest_due_at: inMinutes(49) }), queue("c")];
    expect(names(inShownOrder(after, order))).toEqual(["a", "b"]);
    expect(changesOfOrder(after, order)).toBe(3);
    expect(changesOfOrder(before, order)).toBe(0);
  });

  it("does not call a vanished queue a change by itself", () => {
    expect(changesOfOrder([queue("b")], ["a", "b"])).toBe(0);
  });
});

describe("what to start with", () => {
  it("is the first on screen with work", () => {
    expect(nextQueue([queue("p", { paused: true }), queue("e", { waiting: 0 }), queue("w")])?.name).toBe("w");
  });
  it("is nothing when nothing waits for me", () => {
    expect(nextQueue([queue("e", { waiting: 0 })])).toBeNull();
  });
});

describe("the situation", () => {
  it("names what is over before what is soon", () => {
    const over = queue("a", { oldest_due_at: inMinutes(-3), overdue: 2 });
    expect(situation([over, queue("b", { oldest_due_at: inMinutes(3) })], now)).toEqual({ kind: "overdue", count: 2 });
  });
  it("counts deadlines of the next hour", () => {
    const queues = [queue("a", { oldest_due_at: inMinutes(59) }), queue("b", { oldest_due_at: inMinutes(61) })];
    expect(situation(queues, now)).toEqual({ kind: "soon", count: 1 });
  });
  it("tells work of others from no work at all", () => {
    expect(situation([queue("a", { waiting: 0, waiting_all: 41 })], now)).toEqual({ kind: "nothing_for_me", count: 41 });
    expect(situation([queue("a", { waiting: 0, waiting_all: 0 })], now)).toEqual({ kind: "quiet" });
  });
});

it("calls ten minutes near and less than none over", () => {
  expect(urgency(null, now)).toBe("none");
  expect(urgency(inMinutes(10), now)).toBe("far");
  expect(urgency(inMinutes(9.9), now)).toBe("near");
  expect(urgency(inMinutes(-0.1), now)).toBe("over");
});
