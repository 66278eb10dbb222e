/**
 * The review room without its looks: the item on the desk, the one held ready behind it, drafts, leases, verdicts on
 * their way. The page subscribes; time, storage, ids and the server come in by hand.
 */
import { ApiError, mayRetry } from "@/api/errors";
import type { AssignmentOut, ReviewDone, Verdict } from "@/api/schema";
import { Activity } from "./activity";
import { type Draft, draftOf, isEmpty, openDraft, originalOf } from "./draft";
import { DraftKeeper } from "./draft-keeper";
import { Heartbeats } from "./heartbeats";
import { needsOf, notRechecked } from "./needs";
import { Rechecker } from "./rechecker";
import { asError, type Desk, emptyRoom, isGone, isObjection, type LastVerdict, type Mode, modeOf, phaseOf, type RoomState, type RoomTools, verdictOf, wantsReason } from "./room-state";
import { tried } from "./tried";
import { verdictBody } from "./verdict-body";

/** For this long after an item appears a verdict key does nothing: a double press must not decide what nobody saw. */
export const DEAD_MS = 250;

export class ReviewRoom {
  private state: RoomState = emptyRoom;
  private readonly listeners = new Set<() => void>();
  private readonly rechecker: Rechecker;
  private readonly beats: Heartbeats;
  private readonly activity: Activity;
  private readonly keeper: DraftKeeper;
  private claiming = false;
  private undoWanted = false;
  private left = false;

  constructor(private readonly tools: RoomTools) {
    this.keeper = new DraftKeeper(
      tools,
      () => this.state.desk,
      (saved) => this.setDesk({ saved }),
      (id, error) => this.noticeLoss(id, error),
    );
    this.activity = new Activity(tools.clock);
    this.beats = new Heartbeats(
      tools,
      (id, leaseUntil) => {
        if (this.state.desk?.assignment.assignment_id === id) this.setDesk({ leaseUntil });
      },
      (id, error) => this.noticeLoss(id, error),
    );
    this.rechecker = new Rechecker(
      (id, output, signal) => tools.api.check(id, output, tools.newKey(), signal),
      (recheck, error) => {
        this.setDesk({ recheck });
        if (error !== null && this.state.desk) this.noticeLoss(this.state.desk.assignment.assignment_id, error);
      },
    );
  }

  readonly getState = (): RoomState => this.state;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private set(change: Partial<RoomState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  private setDesk(change: Partial<Desk>): void {
    if (this.state.desk) this.set({ desk: { ...this.state.desk, ...change } });
  }

  /* ---- opening ---- */

  /** Puts an assignment on the desk: the one given, or the one the server has under that id. */
  async open(assignmentId: string, known: AssignmentOut | null = null): Promise<void> {
    if (this.state.desk?.assignment.assignment_id === assignmentId) return;
    const ready = this.state.ahead.find((one) => one.assignment_id === assignmentId) ?? known;
    if (ready) {
      this.set({ ahead: this.state.ahead.filter((one) => one !== ready) });
      this.show(ready);
      return;
    }
    this.set({ opening: true, problem: null });
    try {
      this.show(await this.tools.api.read(assignmentId));
    } catch (error) {
      this.set({ opening: false, problem: asError(error) });
    }
  }

  private show(assignment: AssignmentOut, with_: { draft?: Draft; mode?: Mode; refused?: Error; claims?: boolean } = {}): void {
    this.rechecker.stop();
    this.keeper.keep();
    const kept = this.tools.drafts.read(assignment.assignment_id);
    const opened = with_.draft ? { draft: with_.draft, newer: null } : openDraft(kept, assignment.unsent_review);
    this.keeper.begin(kept, assignment, with_.draft !== undefined);
    this.activity.begin();
    this.set({
      opening: false, problem: null, emptyBecause: null,
      desk: {
        assignment,
        draft: opened.draft,
        newer: opened.newer,
        mode: with_.mode ?? modeOf(opened.draft),
        phase: phaseOf(assignment),
        why: null,
        leaseUntil: Date.parse(assignment.lease_until),
        saved: isEmpty(opened.draft) ? "none" : this.keeper.owes ? "browser" : "server",
        recheck: notRechecked,
        missing: [],
        refused: with_.refused ?? null,
        shownAt: null,
      },
    });
    if (opened.draft.text !== null) this.recheckSoon();
    if (with_.claims !== false) void this.claimAhead();
  }

  /* ---- working on the item ---- */

  /** Changes the draft; the checks of an edited text run again once the typing rests. */
  change(part: Partial<Draft>): void {
    const desk = this.state.desk;
    if (!desk || desk.phase !== "open") return;
    const draft = { ...desk.draft, ...part };
    this.keeper.touch();
    const missing = desk.missing.length === 0 ? desk.missing : needsOf(verdictOf(desk.mode), desk.assignment, draft, desk.recheck).open;
    this.setDesk({ draft, saved: "unsaved", missing, refused: null });
    if ("text" in part) this.recheckSoon();
    this.active();
  }

  setMode(mode: Mode): void {
    const desk = this.state.desk;
    if (!desk || desk.phase !== "open" || desk.mode === mode) return;
    if (mode !== "read" && !desk.assignment.verdicts.includes(mode)) return;
    this.setDesk({ mode, missing: [], refused: null });
    this.change({ verdict: mode === "read" ? null : mode });
  }

  useNewer(use: boolean): void {
    const newer = this.state.desk?.newer;
    if (!newer) return;
    const draft = draftOf(newer.review);
    this.setDesk({ newer: null, ...(use ? { draft, mode: modeOf(draft) } : {}) });
    this.keeper.touch(!use);
    if (use) this.recheckSoon();
  }

  /** Tells that a person is here; only such time counts as active. */
  active(): void {
    this.activity.noticed();
  }

  /** Verdict keys are asleep for a moment after a new item. */
  awake(): boolean {
    const desk = this.state.desk;
    return desk !== null && desk.shownAt !== null && this.tools.clock() - desk.shownAt >= DEAD_MS;
  }

  /** Tells that the item on the desk was painted: nobody saw it before. */
  appeared(): void {
    if (this.state.desk?.shownAt === null) this.setDesk({ shownAt: this.tools.clock() });
  }

  private recheckSoon(): void {
    const desk = this.state.desk;
    if (desk) this.rechecker.soon(desk.assignment.assignment_id, originalOf(desk.assignment), desk.draft.text, desk.recheck);
  }

  /* ---- verdicts ---- */

  /** Gives a verdict: sends it, shows the next item, keeps the last one for undo. False when something is missing. */
  decide(verdict: Verdict, shown: { warnings: readonly string[] } = { warnings: [] }): boolean {
    const desk = this.state.desk;
    if (!desk || desk.phase !== "open" || !desk.assignment.verdicts.includes(verdict)) return false;
    const { open } = needsOf(verdict, desk.assignment, desk.draft, desk.recheck);
    if (open.length > 0) {
      this.setDesk({ missing: desk.mode === verdict ? open : [], mode: verdict });
      return false;
    }
    this.rechecker.stop();
    this.activity.count(true);
    const key = this.tools.newKey();
    const body = verdictBody(desk, verdict, { warnings: shown.warnings, activeMs: this.activity.ms, claimNext: this.state.ahead.length < 2 });
    const last: LastVerdict = {
      assignment: desk.assignment, draft: desk.draft, verdict, body, key,
      state: "sending", reviewId: null, undoUntil: 0, error: null,
    };
    this.keeper.keep();
    if (!this.tools.online()) {
      this.setDesk({ phase: "waiting", draft: { ...desk.draft, verdict } });
      this.set({ last, offlineSince: this.state.offlineSince ?? this.tools.now() });
      return true;
    }
    this.sendAndMoveOn(last);
    return true;
  }

  private sendAndMoveOn(last: LastVerdict): void {
    const next = this.state.ahead[0];
    this.set({ last });
    if (next) {
      this.set({ ahead: this.state.ahead.slice(1) });
      this.show(next, { claims: false }); // the answer to the verdict brings the one behind it
    } else this.setDesk({ phase: "sending" });
    void this.send(last);
  }

  private async send(sent: LastVerdict): Promise<void> {
    try {
      const done = await tried(this.tools, () => this.tools.api.review(sent.assignment.assignment_id, sent.body, sent.key));
      this.arrived(sent, done);
    } catch (error) {
      this.notArrived(sent, asError(error));
    }
  }

  private arrived(sent: LastVerdict, done: ReviewDone): void {
    this.tools.drafts.remove(sent.assignment.assignment_id);
    this.beats.forget(sent.assignment.assignment_id);
    const isLast = this.state.last?.key === sent.key;
    // The server says until when by its own clock; what was lost on the way is lost to the person, not to the caller.
    this.set({
      done: this.state.done + 1,
      ...(isLast ? { last: { ...sent, state: "done", reviewId: done.review.review_id, undoUntil: Date.parse(done.undo_until) } } : {}),
    });
    if (done.next) this.holdReady(done.next);
    const desk = this.state.desk;
    if (desk?.assignment.assignment_id === sent.assignment.assignment_id) {
      const next = this.state.ahead[0];
      if (next) {
        this.set({ ahead: this.state.ahead.slice(1) });
        this.show(next);
      } else if (!(isLast && this.undoWanted)) this.set({ desk: null, emptyBecause: done.empty_because ?? "none_left" });
    } else if (!done.next) void this.claimAhead();
    if (isLast && this.undoWanted) {
      this.undoWanted = false;
      void this.undo();
    }
  }

  private notArrived(sent: LastVerdict, error: Error): void {
    this.undoWanted = false;
    if (this.tools.online()) void this.claimAhead();
    const failed: LastVerdict = { ...sent, state: "failed", error };
    const onDesk = this.state.desk?.assignment.assignment_id === sent.assignment.assignment_id;
    if (!this.tools.online()) {
      this.set({ last: failed, offlineSince: this.state.offlineSince ?? this.tools.now() });
      if (onDesk) this.setDesk({ phase: "waiting" });
      return;
    }
    if (isGone(error)) {
      this.set({ last: failed });
      if (onDesk) this.setDesk({ phase: error.code === "already_decided" ? "decided" : "lost", why: error.message });
    } else if (isObjection(error)) this.bringBack(failed, error);
    else {
      this.set({ last: failed });
      if (onDesk) this.setDesk({ phase: "open" });
    }
  }

  /** The server wants something else than what was sent: the item returns to the desk with what it said. */
  private bringBack(failed: LastVerdict, error: Error): void {
    const desk = this.state.desk;
    const mode: Mode = failed.verdict === "approve" && !wantsReason(error) ? "read" : failed.verdict;
    if (desk?.assignment.assignment_id === failed.assignment.assignment_id) {
      this.set({ last: null });
      this.setDesk({ phase: "open", refused: error, mode });
      return;
    }
    const ahead = desk?.phase === "open" ? [desk.assignment, ...this.state.ahead] : this.state.ahead;
    this.keeper.keep();
    this.set({ last: null, ahead });
    this.show(failed.assignment, { draft: failed.draft, mode, refused: error });
  }

  /** Sends the verdict that did not arrive once more, under its first key. */
  sendAgain(): void {
    const last = this.state.last;
    if (last?.state !== "failed") return;
    const again: LastVerdict = { ...last, state: "sending", error: null };
    this.set({ last: again });
    void this.send(again);
  }

  /** Takes the last verdict back and puts its item on the desk again. */
  async undo(): Promise<void> {
    const last = this.state.last;
    if (!last || last.state === "undoing" || last.state === "failed") return;
    if (last.state === "sending") {
      this.undoWanted = this.state.desk?.phase !== "waiting";
      if (!this.undoWanted) this.cancelWaiting();
      return;
    }
    if (last.reviewId === null) return;
    const reviewId = last.reviewId;
    if (this.tools.now() >= last.undoUntil) {
      this.set({ last: { ...last, state: "over" } });
      return;
    }
    this.set({ last: { ...last, state: "undoing" } });
    const key = this.tools.newKey();
    try {
      const assignment = await tried(this.tools, () => this.tools.api.undo(reviewId, key));
      const desk = this.state.desk;
      this.keeper.keep();
      const ahead = desk?.phase === "open" ? [desk.assignment, ...this.state.ahead] : this.state.ahead;
      this.set({ last: null, ahead, done: Math.max(0, this.state.done - 1) });
      this.show(assignment, { draft: { ...last.draft, verdict: null }, mode: last.draft.text !== null ? "edit" : "read" });
    } catch (error) {
      const over = error instanceof ApiError && error.code === "undo_over";
      this.set({ last: { ...last, state: over ? "over" : "done", error: asError(error) } });
    }
  }

  /** Takes back a verdict that still waits for the line. */
  cancelWaiting(): void {
    if (this.state.desk?.phase !== "waiting") return;
    this.setDesk({ phase: "open" });
    this.set({ last: null });
  }

  /* ---- returning and moving on ---- */

  /** Gives the item back: skipped (not offered again), handed to a colleague, or simply returned. */
  async giveBack(body: { reason: string | null; skip?: boolean; to?: string | null }): Promise<void> {
    const desk = this.state.desk;
    if (!desk) return;
    const { assignment_id, fence } = desk.assignment;
    const key = this.tools.newKey();
    await tried(this.tools, () => this.tools.api.giveBack(assignment_id, { fence, reason: body.reason, skip: body.skip ?? false, to: body.to ?? null }, key));
    this.tools.drafts.remove(assignment_id);
    this.beats.forget(assignment_id);
    await this.nextItem();
  }

  /** Leaves what is on the desk and takes the next item. */
  async nextItem(): Promise<void> {
    const next = this.state.ahead[0];
    if (next) {
      this.set({ ahead: this.state.ahead.slice(1) });
      this.show(next);
      return;
    }
    const queue = this.state.desk?.assignment.queue ?? null;
    try {
      const claimed = await tried(this.tools, () => this.tools.api.claim(queue === null ? null : [queue], this.tools.newKey()));
      const first = claimed.assignments[0];
      if (first) this.show(first);
      else this.set({ desk: null, emptyBecause: claimed.empty_because ?? "none_left" });
    } catch (error) {
      this.set({ problem: asError(error) });
    }
  }

  /** Holds one item ready behind the one on the desk. */
  private async claimAhead(): Promise<void> {
    const desk = this.state.desk;
    if (this.claiming || this.left || this.state.ahead.length > 0 || desk?.phase !== "open" || desk.assignment.kind === "adjudication") return;
    this.claiming = true;
    try {
      const claimed = await this.tools.api.claim([desk.assignment.queue], this.tools.newKey());
      for (const one of claimed.assignments) this.holdReady(one);
    } catch {
      // Nothing is ready behind this item; the verdict itself asks for the next one.
    } finally {
      this.claiming = false;
    }
  }

  private holdReady(assignment: AssignmentOut): void {
    if (this.left) {
      void this.letGo(assignment);
      return;
    }
    const known = [...this.state.ahead, ...(this.state.desk ? [this.state.desk.assignment] : [])];
    if (known.some((one) => one.assignment_id === assignment.assignment_id)) return;
    this.set({ ahead: [...this.state.ahead, assignment] });
    this.tools.prepare?.(assignment);
  }

  private async letGo(assignment: AssignmentOut): Promise<void> {
    try {
      await this.tools.api.giveBack(assignment.assignment_id, { fence: assignment.fence, reason: null, skip: false, to: null }, this.tools.newKey());
    } catch {
      // The lease ends by itself.
    }
  }

  /** Leaves the room: the draft is kept, what was held ready goes back to its queue. */
  leave(): void {
    if (this.left) return;
    this.left = true;
    this.rechecker.stop();
    this.keeper.keep();
    void this.keeper.save();
    for (const one of this.state.ahead) void this.letGo(one);
    this.set({ ahead: [] });
  }

  /** Comes back into a room that was left (React mounts twice in development). */
  enter(): void {
    this.left = false;
  }

  /* ---- time, line and news ---- */

  /** Once a second: keeps the draft, renews leases, counts active time. */
  tick(visible: boolean): void {
    this.activity.count(visible);
    this.keeper.tick();
    const desk = this.state.desk;
    this.beats.tick([...(desk?.phase === "open" ? [desk.assignment] : []), ...this.state.ahead]);
  }

  private noticeLoss(assignmentId: string, error: unknown): void {
    if (!(error instanceof ApiError) || !isGone(error)) return;
    this.lose(assignmentId, error.code === "already_decided" ? "decided" : "lost", error.message);
  }

  private lose(assignmentId: string, phase: "lost" | "decided", why: string | null): void {
    this.set({ ahead: this.state.ahead.filter((one) => one.assignment_id !== assignmentId) });
    const desk = this.state.desk;
    if (desk?.assignment.assignment_id !== assignmentId || desk.phase === "sending") return;
    this.keeper.keep();
    this.rechecker.stop();
    this.setDesk({ phase, why });
  }

  /** What the stream says about an assignment of one's own. */
  hear(news: { assignment_id: string; state: string; why: string | null }): void {
    if (news.state === "held") return;
    // The own verdict is told of too, on its way back.
    if (this.state.last?.assignment.assignment_id === news.assignment_id && news.state === "submitted") return;
    this.lose(news.assignment_id, news.state === "submitted" ? "decided" : "lost", news.state === "expired" ? null : news.why);
  }

  wentOffline(): void {
    if (this.state.offlineSince === null) this.set({ offlineSince: this.tools.now() });
  }

  /** The line is back: the lease is looked at first, then what waited is sent. */
  async cameOnline(): Promise<void> {
    this.set({ offlineSince: null });
    const desk = this.state.desk;
    if (!desk) return;
    const last = this.state.last;
    try {
      const now = await this.tools.api.read(desk.assignment.assignment_id);
      if (now.state !== "held" || now.fence !== desk.assignment.fence) {
        this.lose(now.assignment_id, now.state === "submitted" ? "decided" : "lost", null);
        return;
      }
      this.setDesk({ leaseUntil: Date.parse(now.lease_until) });
    } catch (error) {
      this.noticeLoss(desk.assignment.assignment_id, error);
      if (this.state.desk?.phase !== "waiting") return;
      if (!mayRetry(error)) return;
    }
    if (this.state.desk?.phase === "waiting" && last) this.sendAndMoveOn({ ...last, state: "sending", error: null });
    else if (last?.state === "failed" && mayRetry(last.error)) this.sendAgain();
  }
}
