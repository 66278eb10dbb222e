/** Keeps the draft on the desk safe: in the browser each second, on the server every five. */
import { mayRetry } from "@/api/errors";
import type { AssignmentOut } from "@/api/schema";
import { asGiven, draftOf, fieldsOf, isEmpty, type KeptDraft, originalOf } from "./draft";
import type { Desk, RoomTools, Saved } from "./room-state";

const SERVER_SAVE_MS = 5_000;

type Tools = Pick<RoomTools, "api" | "drafts" | "now" | "clock" | "newKey" | "online">;

export class DraftKeeper {
  private toBrowser = false;
  private toServer = false;
  private savedAt = 0;
  private saving = false;
  /** The draft as it was last given to the server. */
  private given: string | null = null;

  constructor(
    private readonly tools: Tools,
    private readonly desk: () => Desk | null,
    private readonly tellSaved: (saved: Saved) => void,
    private readonly tellError: (assignmentId: string, error: unknown) => void,
  ) {}

  /** Starts with the draft an item was opened with; `changed` when it is not what browser and server have. */
  begin(kept: KeptDraft | null, assignment: AssignmentOut, changed: boolean): void {
    this.given = kept?.given ?? (assignment.unsent_review ? JSON.stringify(draftOf(assignment.unsent_review.review)) : null);
    this.toBrowser = changed;
    // What only this browser has, as after a reload, goes to the server with the next save.
    this.toServer = changed || (kept !== null && !isEmpty(kept.draft) && asGiven(kept.draft, originalOf(assignment)) !== this.given);
    this.savedAt = this.tools.clock();
  }

  /** Whether the server still lacks something of the draft. */
  get owes(): boolean {
    return this.toServer;
  }

  /** The draft changed; `ours` is false where the server has it already. */
  touch(ours = true): void {
    this.toBrowser = true;
    this.toServer = ours;
  }

  tick(): void {
    this.keep();
    if (this.toServer && this.tools.clock() - this.savedAt >= SERVER_SAVE_MS) void this.save();
  }

  /** Writes the draft into this browser, if it changed. */
  keep(): void {
    const desk = this.desk();
    if (!desk || !this.toBrowser) return;
    this.toBrowser = false;
    const kept = this.write(desk);
    if (kept && desk.saved === "unsaved") this.tellSaved("browser");
  }

  private write({ assignment, draft }: Desk): boolean {
    return this.tools.drafts.write(assignment.assignment_id, { draft, editedAt: this.tools.now(), given: this.given });
  }

  /** Gives the draft to the server, unless a person has yet to choose between two. */
  async save(): Promise<void> {
    const desk = this.desk();
    if (!desk || !this.toServer || this.saving || !this.tools.online() || desk.newer) return;
    this.saving = true;
    this.toServer = false;
    this.savedAt = this.tools.clock();
    const { assignment_id, fence } = desk.assignment;
    const original = originalOf(desk.assignment);
    try {
      await this.tools.api.saveUnsent(assignment_id, { fence, ...fieldsOf(desk.draft, original) }, this.tools.newKey());
      const now = this.desk();
      if (now?.assignment.assignment_id !== assignment_id) return;
      this.given = asGiven(desk.draft, original);
      this.write(now);
      if (!this.toServer) this.tellSaved("server");
    } catch (error) {
      this.toServer = mayRetry(error);
      this.tellError(assignment_id, error);
    } finally {
      this.saving = false;
    }
  }
}
