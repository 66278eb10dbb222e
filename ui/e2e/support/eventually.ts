import { expect } from "@playwright/test";

/** Waits for something outside the page, such as an outcome, and gives it. */
export async function eventually<T>(look: () => Promise<T | null | undefined | false>, what: string, within = 20_000): Promise<T> {
  let found: T | null = null;
  await expect.poll(async () => {
    found = (await look()) || null;
    return found !== null;
  }, { message: what, timeout: within, intervals: [100, 200, 400] }).toBe(true);
  if (found === null) throw new Error(what);
  return found;
}
