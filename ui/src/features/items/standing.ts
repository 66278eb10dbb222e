import type { ItemOut, OutputObject } from "@/api/schema";

/** What was given out: the released output; null where nothing was, or only the fallback of a block. */
export const givenOut = (item: ItemOut): OutputObject | null => item.outcome?.output ?? null;

/** The model's own output, as far as it is still there. */
export const original = (item: ItemOut): OutputObject | null =>
  item.submitted.output ?? item.submitted.candidates?.[0]?.output ?? null;

/** Where a correction begins: at what stands now, of the model output's own type; else at that output. */
export function startOfCorrection(item: ItemOut): OutputObject | null {
  const first = original(item);
  const recall = item.outcome?.recall ?? null;
  const stands = recall === null ? givenOut(item) : recall.correction;
  return stands !== null && (first === null || stands.type === first.type) ? stands : first;
}

/** Whether the item has its outcome, so that it can be taken back or looked at again. */
export const isDecided = (item: ItemOut): boolean => item.outcome !== null && item.status !== "pending";

/** Somebody is asked to look at it again, and has not answered. */
export const openLook = (item: ItemOut) => item.second_looks.find((one) => one.state === "open") ?? null;
