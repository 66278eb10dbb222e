import type { AssignmentOut } from "@/api/schema";
import type { RoomTools } from "./room-state";

/** Renews the leases of what is held, each three times within its length. */
export class Heartbeats {
  private readonly last = new Map<string, number>();

  constructor(
    private readonly tools: RoomTools,
    private readonly onRenewed: (assignmentId: string, until: number) => void,
    private readonly onError: (assignmentId: string, error: unknown) => void,
  ) {}

  /** Beats for those whose time has come; for an assignment seen first, the time begins now. */
  tick(held: readonly AssignmentOut[]): void {
    const clock = this.tools.clock();
    for (const one of held) {
      const last = this.last.get(one.assignment_id);
      const every = Math.max(5_000, (one.lease_s * 1_000) / 3);
      if (last !== undefined && (clock - last < every || !this.tools.online())) continue;
      this.last.set(one.assignment_id, clock);
      if (last !== undefined) void this.beat(one);
    }
  }

  forget(assignmentId: string): void {
    this.last.delete(assignmentId);
  }

  private async beat(assignment: AssignmentOut): Promise<void> {
    try {
      this.onRenewed(assignment.assignment_id, await this.tools.api.heartbeat(assignment.assignment_id, assignment.fence, this.tools.newKey()));
    } catch (error) {
      this.onError(assignment.assignment_id, error);
    }
  }
}
