/** How near a deadline is. */
export type DeadlineState = "none" | "far" | "near" | "over";

const NEAR_MS = 10 * 60_000;
const NEAR_SHARE = 0.2;

/** Near: under ten minutes, or under a fifth of the whole time. */
export function deadlineState(due: number | null, received: number, now: number): DeadlineState {
  if (due === null) return "none";
  const left = due - now;
  if (left <= 0) return "over";
  return left < NEAR_MS || left < (due - received) * NEAR_SHARE ? "near" : "far";
}

const SAID_AT = [5 * 60_000, 60_000];

/** The minutes to say aloud when the time left passes from `before` to `now`; null when there is nothing to say. */
export function minutesToSay(leftBefore: number, leftNow: number): number | null {
  const passed = SAID_AT.filter((mark) => leftBefore > mark && leftNow <= mark && leftNow > 0);
  const last = passed[passed.length - 1];
  return last === undefined ? null : last / 60_000;
}
