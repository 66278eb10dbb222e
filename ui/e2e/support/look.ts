/** A look at a page or state: axe in both themes and on a phone, and a picture of each in .local/shots. */
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { ROOT } from "./server";

export const SHOTS = join(ROOT, ".local", "shots");
/** One line for each look, summed up when all tests are done. */
export const LOOKS = join(ROOT, ".local", "e2e", "looks.ndjson");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

export type Way = "light" | "dark" | "phone";
export const WAYS: readonly Way[] = ["light", "dark", "phone"];

/** Takes the picture and lets axe look, each way; the page is light and wide again afterwards. */
export async function look(page: Page, name: string, ways: readonly Way[] = WAYS): Promise<void> {
  const faults: string[] = [];
  const before = page.viewportSize() ?? WIDE;
  for (const way of ways) {
    await page.emulateMedia({ colorScheme: way === "dark" ? "dark" : "light" });
    if (way === "phone") await page.setViewportSize(PHONE);
    await settled(page);
    await picture(page, `${name}-${way}`);
    faults.push(...(await violations(page, `${name}, ${way}`)), ...(await sideways(page, `${name}, ${way}`)));
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(before);
  expect(faults).toEqual([]);
}

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

/** Waits until the page is there, fonts are there and nothing moves any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator("h1, h2").first().waitFor();
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined)));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
}

/** What axe finds, one line each. The source is evaluated: a script tag would need a hole in the page's policy. */
export async function violations(page: Page, where: string): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async (tags) => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<AxeResults> } };
    const { violations, passes, incomplete } = await axe.run({ runOnly: { type: "tag", values: tags }, elementRef: true });
    // How headings follow one another within a text is the text's own; it is shown as it came.
    const isOurs = (id: string, element: Element | undefined) => !(id === "heading-order" && element?.closest("article"));
    const ours = violations.map((one) => ({ ...one, nodes: one.nodes.filter(({ element }) => isOurs(one.id, element)) })).filter(({ nodes }) => nodes.length > 0);
    return {
      violations: ours.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`),
      passed: passes.length,
      unsure: incomplete.length,
    };
  }, TAGS);
  mkdirSync(join(LOOKS, ".."), { recursive: true });
  appendFileSync(LOOKS, `${JSON.stringify({ where, violations: found.violations.length, passed: found.passed, unsure: found.unsure })}\n`);
  return found.violations.map((line) => `${where}: ${line}`);
}

async function sideways(page: Page, where: string): Promise<string[]> {
  const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const);
  return wide > shown ? [`${where}: the page is ${wide} wide on a screen of ${shown}`] : [];
}
