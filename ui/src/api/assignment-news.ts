/** What the stream says about an assignment of one's own: its lease, or that it is gone. */
export interface AssignmentNews {
  assignment_id: string;
  state: string;
  why: string | null;
}

const listeners = new Set<(news: AssignmentNews) => void>();

/** Calls `listener` for every news about own assignments. Returns how to stop. */
export function onAssignmentNews(listener: (news: AssignmentNews) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellAssignmentNews(news: AssignmentNews): void {
  for (const listener of listeners) listener(news);
}
