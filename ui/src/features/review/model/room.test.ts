import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { letter, letterAssignment } from "../testing/items";
import { refuse, StoryApi } from "../testing/story-api";
import { DraftStore } from "./draft";
import { ReviewRoom } from "./room";

class MemoryStorage implements Storage {
  private readonly all = new Map<string, string>();
  get length() { return this.all.size; }
  clear = () => this.all.clear();
  getItem = (key: string) => this.all.get(key) ?? null;
  key = (at: number) => [...this.all.keys()][at] ?? null;
  removeItem = (key: string) => void this.all.delete(key);
  setItem = (key: string, value: string) => void this.all.set(key, value);
}

async function world(waiting = 2, part: Parameters<typeof letterAssignment>[0] = {}) {
  const first = letterAssignment(part);
  const others = Array.from({ length: waiting }, () => letterAssignment());
  const api = new StoryApi(first, [...others]);
  const storage = new MemoryStorage();
  let online = true;
  let keys = 0;
  const make = () =>
    new ReviewRoom({
      api, drafts: new DraftStore(storage), now: () => Date.now(), clock: () => performance.now(), newKey: () => `key-${++keys}`,
      online: () => online, wait: (ms) => new Promise((done) => setTimeout(done, ms)),
    });
  const room = make();
  await room.open(first.assignment_id);
  await vi.advanceTimersByTimeAsync(1);
  return {
    api, room, first, others, storage, make,
    line: (up: boolean) => { online = up; api.down = !up; if (up) return room.cameOnline(); room.wentOffline(); return Promise.resolve(); },
    seconds: async (count: number) => { for (let at = 0; at < count; at++) { room.tick(true); await vi.advanceTimersByTimeAsync(1_000); } },
    settle: () => vi.advanceTimersByTimeAsync(1),
    desk: () => room.getState().desk,
  };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

describe("a verdict", () => {
  it("decides, saves and moves on: the next item is there before the server answered", async () => {
    const { room, api, first, others, desk, settle } = await world();
    api.delay = 5_000;
    expect(room.decide("approve", { warnings: ["ZWSP x1, first at 3"] })).toBe(true);
    expect(desk()?.assignment.assignment_id).toBe(others[0]?.assignment_id);
    expect(room.getState().last).toMatchObject({ state: "sending", verdict: "approve" });
    await vi.advanceTimersByTimeAsync(5_001);
    await settle();
    expect(api.reviews.map((one) => [one.assignment.assignment_id, one.body.verdict, one.body.warnings_shown])).toEqual([[first.assignment_id, "approve", ["ZWSP x1, first at 3"]]]);
    expect(room.getState()).toMatchObject({ done: 1, last: { state: "done" } });
    expect(room.getState().ahead.map((one) => one.assignment_id)).toEqual([others[1]?.assignment_id]);
  });

  it("happens once, however often the key is pressed", async () => {
    const { room, api, settle } = await world(0);
    api.delay = 100;
    expect(room.decide("approve")).toBe(true);
    expect(room.decide("approve")).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    await settle();
    expect(api.reviews.length).toBe(1);
  });

  it("sleeps for 250 ms after an item appeared", async () => {
    const { room } = await world();
    room.decide("approve");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(room.awake()).toBe(false); // not painted yet
    room.appeared();
    expect(room.awake()).toBe(false);
    await vi.advanceTimersByTimeAsync(251);
    expect(room.awake()).toBe(true);
  });

  it("keeps its key when it is tried again, so that it counts once", async () => {
    const { room, api, settle } = await world();
    const keys: string[] = [];
    const send = api.review;
    let fails = 2;
    api.review = async (id, body, key) => {
      keys.push(key);
      const done = await send(id, body, key);
      if (fails-- > 0) { api.down = true; await api.read(id).catch((error: unknown) => { api.down = false; throw error; }); }
      return done;
    };
    room.decide("approve");
    await vi.advanceTimersByTimeAsync(3_000);
    await settle();
    expect(keys.length).toBe(3);
    expect(new Set(keys).size).toBe(1);
    expect(api.reviews.length).toBe(1);
    expect(room.getState().last?.state).toBe("done");
  });

  it("asks for what is missing before it is sent, and only after the first try", async () => {
    const { room, api, desk } = await world();
    expect(room.decide("reject")).toBe(false);
    expect(desk()).toMatchObject({ mode: "reject", missing: [] });
    expect(room.decide("reject")).toBe(false);
    expect(desk()?.missing).toEqual(["severity"]);
    room.change({ severity: "major" });
    expect(desk()?.missing).toEqual(["reason"]);
    room.change({ reason: "wrong excess" });
    expect(room.decide("reject")).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(api.reviews[0]?.body).toMatchObject({ verdict: "reject", severity: "major", reason: "wrong excess", output: null });
  });

  it("is not taken where the queue does not allow it", async () => {
    const { room } = await world(0, { verdicts: ["approve", "reject"] });
    expect(room.decide("edit")).toBe(false);
  });

  it("comes back with what the server wants", async () => {
    const { room, api, first, others, desk, settle } = await world();
    api.refuseNext = refuse(422, "invalid", "The verdict lacks something.", [["/reason", "A reason is asked because a entity changed."]]);
    room.change({ text: letter.replace("We are sorry for", "We regret") });
    room.setMode("edit");
    room.decide("edit");
    await settle();
    expect(desk()).toMatchObject({ mode: "edit", assignment: { assignment_id: first.assignment_id }, draft: { text: letter.replace("We are sorry for", "We regret") } });
    expect(desk()?.refused?.message).toBe("The verdict lacks something.");
    expect(room.getState().ahead[0]?.assignment_id).toBe(others[0]?.assignment_id);
  });

  it("says so when it did not arrive, and is sent again under the same key", async () => {
    const { room, api, settle } = await world();
    api.down = true;
    room.decide("approve");
    await vi.advanceTimersByTimeAsync(5_000);
    const key = room.getState().last?.key;
    expect(room.getState().last?.state).toBe("failed");
    api.down = false;
    room.sendAgain();
    await settle();
    expect(room.getState().last?.state).toBe("done");
    expect(api.reviews.map((one) => one.key)).toEqual([key]);
  });

  it("ends in an empty room with its reason", async () => {
    const { room, settle } = await world(0);
    room.decide("approve");
    await settle();
    expect(room.getState()).toMatchObject({ desk: null, emptyBecause: "none_left", last: { state: "done" } });
  });
});

describe("undo", () => {
  it("brings the item back as it was left, and puts the new one behind it", async () => {
    const { room, others, desk, settle } = await world();
    room.change({ findings: { "excess_matches_policy/0": "error" }, categories: ["wrong_amount"] });
    room.decide("approve");
    await settle();
    await room.undo();
    expect(desk()).toMatchObject({ phase: "open", mode: "read", draft: { categories: ["wrong_amount"], verdict: null } });
    expect(desk()?.assignment.fence).toBe(2);
    expect(room.getState().ahead[0]?.assignment_id).toBe(others[0]?.assignment_id);
    expect(room.getState().done).toBe(0);
  });

  it("waits for a verdict that is still on its way", async () => {
    const { room, api, desk } = await world();
    api.delay = 500;
    room.decide("approve");
    await room.undo();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(desk()?.assignment.fence).toBe(2);
  });

  it("is over after its time", async () => {
    const { room, api, settle } = await world();
    api.undoMs = 1_000;
    room.decide("approve");
    await settle();
    await vi.advanceTimersByTimeAsync(1_500);
    await room.undo();
    expect(room.getState().last?.state).toBe("over");
  });
});

describe("the work", () => {
  it("is kept in the browser each second and on the server every five", async () => {
    const { room, api, first, storage, seconds, desk } = await world();
    room.change({ reason: "first words" });
    expect(desk()?.saved).toBe("unsaved");
    await seconds(1);
    expect(storage.getItem(`handrail.draft.${first.assignment_id}`)).toContain("first words");
    expect(desk()?.saved).toBe("browser");
    expect(api.unsent.length).toBe(0);
    await seconds(6);
    expect(api.unsent).toMatchObject([{ id: first.assignment_id, body: { fence: 1, reason: "first words" } }]);
    expect(desk()?.saved).toBe("server");
  });

  it("survives a crash", async () => {
    const { room, first, seconds, make, api } = await world();
    room.setMode("edit");
    room.change({ text: `${letter} more`, reason: "because" });
    await seconds(1);
    const other = make();
    api.held.set(first.assignment_id, first);
    await other.open(first.assignment_id);
    expect(other.getState().desk).toMatchObject({ mode: "edit", draft: { text: `${letter} more`, reason: "because" } });
  });

  it("is gone from the browser once the verdict arrived", async () => {
    const { room, first, storage, seconds, settle } = await world();
    room.change({ reason: "x" });
    await seconds(1);
    room.decide("approve");
    await settle();
    expect(storage.getItem(`handrail.draft.${first.assignment_id}`)).toBeNull();
  });

  it("lets the person choose when another device has a newer draft", async () => {
    const { room, seconds, make, first, api } = await world();
    room.change({ reason: "mine" });
    await seconds(1);
    const theirs = { ...first, unsent_review: { saved_at: new Date(Date.now() + 60_000).toISOString(), review: { reason: "theirs", verdict: "reject" as const } } };
    api.held.set(first.assignment_id, theirs);
    const other = make();
    await other.open(first.assignment_id);
    expect(other.getState().desk).toMatchObject({ draft: { reason: "mine" }, newer: { review: { reason: "theirs" } } });
    other.useNewer(true);
    expect(other.getState().desk).toMatchObject({ draft: { reason: "theirs" }, newer: null, mode: "reject" });
  });

  it("is checked again half a second after the last letter, for the last text only", async () => {
    const { room, desk } = await world();
    room.setMode("edit");
    room.change({ text: letter.replace("within 14 days", "within one") });
    await vi.advanceTimersByTimeAsync(300);
    const last = letter.replace("within 14 days", "within one month");
    room.change({ text: last });
    await vi.advanceTimersByTimeAsync(499);
    expect(desk()?.recheck.state).toBe("running");
    await vi.advanceTimersByTimeAsync(10);
    expect(desk()?.recheck).toMatchObject({ state: "done", text: last });
    expect(desk()?.recheck.scores?.find((one) => one.name === "periods_in_context")?.result).toBe("pass");
  });

  it("counts only time in which somebody was there", async () => {
    const { room, api, seconds, settle } = await world();
    room.active();
    await seconds(30);
    await seconds(100); // nobody touches anything: stops after a minute
    room.decide("approve");
    await settle();
    expect(api.reviews[0]?.body.active_ms).toBeGreaterThan(50_000);
    expect(api.reviews[0]?.body.active_ms).toBeLessThan(65_000);
  });
});

describe("the lease", () => {
  it("is renewed for the item on the desk and the one behind it", async () => {
    const { api, first, others, seconds } = await world();
    await seconds(205);
    expect(new Set(api.beats)).toEqual(new Set([first.assignment_id, others[0]?.assignment_id]));
  });

  it("lost: the item is closed, the draft stays, the next one is one key away", async () => {
    const { room, api, first, others, storage, seconds, desk } = await world();
    room.change({ reason: "half a thought" });
    api.revoke(first.assignment_id);
    await seconds(205);
    expect(desk()).toMatchObject({ phase: "lost", draft: { reason: "half a thought" } });
    expect(room.decide("approve")).toBe(false);
    expect(storage.getItem(`handrail.draft.${first.assignment_id}`)).toContain("half a thought");
    await room.nextItem();
    expect(desk()?.assignment.assignment_id).toBe(others[0]?.assignment_id);
  });

  it("is told of by the stream too; the own verdict is no news", async () => {
    const { room, first, others, desk, settle } = await world();
    room.hear({ assignment_id: others[0]?.assignment_id ?? "", state: "expired", why: null });
    expect(room.getState().ahead.length).toBe(0);
    room.hear({ assignment_id: first.assignment_id, state: "revoked", why: "The deadline passed; the fallback was sent." });
    expect(desk()).toMatchObject({ phase: "lost", why: "The deadline passed; the fallback was sent." });
    await settle();
  });

  it("ends for what was held ready when the person leaves", async () => {
    const { room, api, others, settle } = await world();
    room.leave();
    await settle();
    expect(api.returned.map((one) => one.id)).toEqual([others[0]?.assignment_id]);
  });
});

describe("without a line", () => {
  it("a verdict waits, the lease is looked at first, then it is sent", async () => {
    const { room, api, first, others, desk, line, settle } = await world();
    await line(false);
    expect(room.decide("approve")).toBe(true);
    expect(desk()).toMatchObject({ phase: "waiting", assignment: { assignment_id: first.assignment_id } });
    expect(room.getState().offlineSince).not.toBeNull();
    await line(true);
    await settle();
    expect(api.reviews.length).toBe(1);
    expect(desk()?.assignment.assignment_id).toBe(others[0]?.assignment_id);
    expect(room.getState().offlineSince).toBeNull();
  });

  it("nothing is sent when the item was lost meanwhile", async () => {
    const { room, api, first, desk, line, settle } = await world();
    await line(false);
    room.decide("approve");
    api.revoke(first.assignment_id);
    await line(true);
    await settle();
    expect(desk()?.phase).toBe("lost");
    expect(api.reviews.length).toBe(0);
  });

  it("a waiting verdict can be taken back", async () => {
    const { room, api, desk, line, settle } = await world();
    await line(false);
    room.decide("approve");
    room.cancelWaiting();
    expect(desk()?.phase).toBe("open");
    await line(true);
    await settle();
    expect(api.reviews.length).toBe(0);
  });
});

describe("giving back", () => {
  it("a skip goes with its reason, and the next item is there", async () => {
    const { room, api, first, others, desk } = await world();
    await room.giveBack({ reason: "Not my language", skip: true });
    expect(api.returned).toEqual([{ id: first.assignment_id, reason: "Not my language", skip: true }]);
    expect(desk()?.assignment.assignment_id).toBe(others[0]?.assignment_id);
  });
});
