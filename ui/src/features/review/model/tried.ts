import { mayRetry } from "@/api/errors";
import type { RoomTools } from "./room-state";

const TRIES = 3;

/** Tries again while the line or the server only falters; `work` sends the same key each time. */
export async function tried<T>(tools: RoomTools, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!mayRetry(error) || attempt >= TRIES || !tools.online()) throw error;
      await tools.wait(400 * 2 ** (attempt - 1));
    }
  }
}
