/** What the review room knows at one moment, and what it is made of. */
import { ApiError } from "@/api/errors";
import type { AssignmentOut, EmptyBecause, ReviewIn, UnsentReviewOut, Verdict } from "@/api/schema";
import type { ReviewApi } from "../api/review-api";
import type { Draft, DraftStore } from "./draft";
import type { Need, Rechecked } from "./needs";

/** `approve` only where the queue asks for a reason with each verdict. */
export type Mode = "read" | "approve" | "edit" | "reject";
/**
 * `open`: to be judged; `sending`: the verdict is on its way and nothing else is ready; `waiting`: it waits for the
 * line; `lost`: the lease is gone; `decided`: somebody or something decided it.
 */
export type Phase = "open" | "sending" | "waiting" | "lost" | "decided";
export type Saved = "none" | "unsaved" | "browser" | "server";

export interface Desk {
  readonly assignment: AssignmentOut;
  readonly draft: Draft;
  readonly mode: Mode;
  readonly phase: Phase;
  /** Why it is lost or decided, in the server's words. */
  readonly why: string | null;
  readonly leaseUntil: number;
  readonly saved: Saved;
  readonly newer: UnsentReviewOut | null;
  readonly recheck: Rechecked;
  /** What the last try to send lacked; empty until a person tried. */
  readonly missing: readonly Need[];
  /** What the server objected to in the last try. */
  readonly refused: Error | null;
  /** When it was on screen, by the clock of the page; null until it was painted. */
  readonly shownAt: number | null;
}

export interface LastVerdict {
  readonly assignment: AssignmentOut;
  readonly draft: Draft;
  readonly verdict: Verdict;
  readonly state: "sending" | "done" | "undoing" | "failed" | "over";
  readonly reviewId: string | null;
  readonly undoUntil: number;
  readonly error: Error | null;
  readonly body: ReviewIn;
  readonly key: string;
}

export interface RoomState {
  readonly desk: Desk | null;
  readonly ahead: readonly AssignmentOut[];
  readonly last: LastVerdict | null;
  readonly opening: boolean;
  readonly problem: Error | null;
  readonly emptyBecause: EmptyBecause | null;
  readonly offlineSince: number | null;
  /** Verdicts given in this sitting. */
  readonly done: number;
}

export interface RoomTools {
  readonly api: ReviewApi;
  readonly drafts: DraftStore;
  /** The server's time in milliseconds. */
  readonly now: () => number;
  /** A clock that only moves forward, for dead time and activity. */
  readonly clock: () => number;
  readonly newKey: () => string;
  readonly online: () => boolean;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Called when an item is ready behind the one on the desk, so that it can be prepared for the screen. */
  readonly prepare?: (assignment: AssignmentOut) => void;
}

export const emptyRoom: RoomState = {
  desk: null, ahead: [], last: null, opening: true, problem: null, emptyBecause: null, offlineSince: null, done: 0,
};

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const GONE = new Set(["lease_lost", "already_decided", "not_found", "not_active"]);
export const isGone = (error: Error): error is ApiError => error instanceof ApiError && (GONE.has(error.code) || error.status === 404);
/** The server read the verdict and wants it otherwise: the person must act, sending again would not help. */
export const isObjection = (error: Error): boolean => error instanceof ApiError && !error.retry && error.status !== 401;

export const wantsReason = (error: Error): boolean => error instanceof ApiError && error.field("/reason") !== null;

export const verdictOf = (mode: Mode): Verdict => (mode === "read" ? "approve" : mode);

export function modeOf(draft: Draft): Mode {
  if (draft.verdict === "edit" || draft.text !== null) return "edit";
  return draft.verdict ?? "read";
}

export function phaseOf(assignment: AssignmentOut): Phase {
  switch (assignment.state) {
    case "held":
      return "open";
    case "submitted":
      return "decided";
    default:
      return "lost";
  }
}

