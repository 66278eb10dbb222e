import type { QueueOut } from "@/api/schema";

const MINUTE = 60_000;
/** A deadline nearer than this is shown in amber. */
export const NEAR = 10 * MINUTE;
/** A deadline nearer than this is worth the title of the page. */
export const SOON = 60 * MINUTE;

export type Urgency = "none" | "far" | "near" | "over";

export function urgency(dueAt: string | null, now: Date): Urgency {
  if (dueAt === null) return "none";
  const left = Date.parse(dueAt) - now.getTime();
  if (left < 0) return "over";
  return left < NEAR ? "near" : "far";
}

const hasWork = (queue: QueueOut) => queue.waiting > 0 && !queue.paused;

/** Work first, by the nearest deadline, then by how much waits; queues without work for you come last, by name. */
export function inOrder(queues: readonly QueueOut[]): QueueOut[] {
  const dueOf = (queue: QueueOut) => (queue.oldest_due_at === null ? Number.POSITIVE_INFINITY : Date.parse(queue.oldest_due_at));
  const compare = (one: QueueOut, other: QueueOut): number => {
    if (hasWork(one) !== hasWork(other)) return hasWork(one) ? -1 : 1;
    if (!hasWork(one)) return one.name < other.name ? -1 : 1;
    const [mine, theirs] = [dueOf(one), dueOf(other)];
    if (mine !== theirs) return mine < theirs ? -1 : 1;
    return other.waiting - one.waiting || (one.name < other.name ? -1 : 1);
  };
  return [...queues].sort(compare);
}

/** The queues in the order on screen, with the numbers of now. Queues that are new wait for `order` to be renewed. */
export function inShownOrder(queues: readonly QueueOut[], order: readonly string[]): QueueOut[] {
  const byName = new Map(queues.map((queue) => [queue.name, queue]));
  return order.map((name) => byName.get(name)).filter((queue) => queue !== undefined);
}

/** How many queues would stand elsewhere, or are not on screen yet. */
export function changesOfOrder(queues: readonly QueueOut[], order: readonly string[]): number {
  const present = new Set(queues.map((queue) => queue.name));
  const shown = order.filter((name) => present.has(name));
  return inOrder(queues).filter((queue, place) => shown[place] !== queue.name).length;
}

/** The queue to start with: the first on screen that has work for me. */
export function nextQueue(shown: readonly QueueOut[]): QueueOut | null {
  return shown.find(hasWork) ?? null;
}

export type Situation =
  | { kind: "overdue"; count: number }
  | { kind: "soon"; count: number }
  | { kind: "waiting"; count: number }
  | { kind: "nothing_for_me"; count: number }
  | { kind: "quiet" };

/** What the title of the page says, the most urgent first. */
export function situation(queues: readonly QueueOut[], now: Date): Situation {
  const working = queues.filter(hasWork);
  const over = working.filter((queue) => urgency(queue.oldest_due_at, now) === "over");
  if (over.length > 0) return { kind: "overdue", count: over.reduce((sum, queue) => sum + Math.max(1, queue.overdue), 0) };
  const soon = working.filter(
    (queue) => queue.oldest_due_at !== null && Date.parse(queue.oldest_due_at) - now.getTime() < SOON,
  );
  if (soon.length > 0) return { kind: "soon", count: soon.length };
  const waiting = working.reduce((sum, queue) => sum + queue.waiting, 0);
  if (waiting > 0) return { kind: "waiting", count: waiting };
  const all = queues.reduce((sum, queue) => sum + queue.waiting_all, 0);
  return all > 0 ? { kind: "nothing_for_me", count: all } : { kind: "quiet" };
}

/** The skills a queue asks for and I do not have. */
export function missingSkills(queue: QueueOut, mine: readonly string[]): string[] {
  return queue.skills.filter((skill) => !mine.includes(skill));
}
