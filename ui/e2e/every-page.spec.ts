/** Every page and state: axe finds nothing in either theme nor on a phone, no text is cut in German. */
import type { Page } from "@playwright/test";
import { look, picture, settled, violations } from "./support/look";
import { newWorld, PLACES, visit, type World } from "./support/pages";
import { ReviewRoom } from "./support/review";
import { bring, expect, test, watchOf } from "./support/test";
import { pattern, words } from "./support/words";

const EXPECTED = [/^401 (GET \/v1\/me|POST \/v1\/sessions)$/, /^404 GET \/v1\/items\//];

/** The states of the review room, one after the other on one item. */
async function throughTheRoom(page: Page, world: World, t: (path: string) => string, each: (name: string) => Promise<void>): Promise<void> {
  const room = new ReviewRoom(page);
  await page.goto(`${world.desk.url}/queues`);
  await page.getByRole("button", { name: pattern(t("queues:claimNamed").replace("{{name}}", "Senior")) }).click();
  await expect(page.getByRole("article").first()).toContainText("CL-7010");
  await room.awake();
  await each("review");
  await page.keyboard.press("t");
  await each("review-context");
  await page.keyboard.press("u");
  await each("review-raw");
  await page.keyboard.press("u");
  await page.keyboard.press("r");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText(t("review:dock.needSeverity"))).toBeVisible();
  await each("review-reject");
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  await page.keyboard.press("Escape");
  for (const [key, name] of [["s", "skip"], ["x", "expert"], ["?", "help"]] as const) {
    await page.keyboard.press(key);
    await expect(page.getByRole("dialog")).toBeVisible();
    await each(`review-${name}`);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
  }
  await page.keyboard.press("e");
  await expect(page.getByRole("textbox", { name: t("review:paper.yourEdit") })).toBeFocused();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(", checked by hand");
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  await expect(page.getByRole("listbox")).toBeVisible();
  await each("review-edit");
  await page.keyboard.press("Escape");
}

test.describe("light, dark and phone", () => {
  test.describe.configure({ mode: "parallel" });
  const t = words("en");

  for (const half of [0, 1]) {
    test(`pages, part ${half + 1}`, async ({ page }) => {
      test.setTimeout(240_000);
      for (const one of EXPECTED) watchOf(page).allow(one);
      const world = await newWorld(`pages-${half}`);
      for (const place of PLACES.filter((_, at) => at % 2 === half)) {
        await test.step(place.name, async () => {
          await (place.stranger ? page.context().clearCookies() : bring(page.context(), world.all.client));
          await visit(page, place, world, t);
          await look(page, place.name);
        });
      }
    });
  }

  test("the review room", async ({ page }) => {
    test.setTimeout(240_000);
    const world = await newWorld("pages-room");
    await bring(page.context(), world.all.client);
    await throughTheRoom(page, world, t, (name) => look(page, name));
  });
});

test.describe("in German", () => {
  test.use({ locale: "de-DE" });
  const t = words("de");

  test("no text is cut", async ({ page }) => {
    test.setTimeout(240_000);
    for (const one of EXPECTED) watchOf(page).allow(one);
    const world = await newWorld("pages-german");
    const check = async (name: string) => {
      await settled(page);
      await picture(page, `${name}-german`);
      expect(await page.evaluate(() => document.documentElement.lang)).toBe("de");
      expect(await cutTexts(page), name).toEqual([]);
    };
    for (const place of PLACES) {
      await test.step(place.name, async () => {
        await (place.stranger ? page.context().clearCookies() : bring(page.context(), world.all.client));
        await visit(page, place, world, t);
        await check(place.name);
      });
    }
    await bring(page.context(), world.all.client);
    await throughTheRoom(page, world, t, check);
  });
});

/** Controls, headings and labels whose words do not fit where they stand. */
function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const named = [...document.querySelectorAll<HTMLElement>("button, a, label, legend, th, dt, h1, h2, h3, [role=tab], [role=option], [role=status], summary")];
    const visible = named.filter((element) => element.checkVisibility() && (element.textContent ?? "").trim() !== "" && getComputedStyle(element).display !== "inline");
    const cut = (element: HTMLElement) => element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 3;
    // Names given by people may be shortened where the whole stands in a title; our own words may not.
    const shortened = (element: HTMLElement) => element.matches(".trunc, .hidden-text, [title]") || element.querySelector(".trunc, .hidden-text") !== null || element.closest("article, .hidden-text, [title]") !== null;
    return visible.filter((element) => cut(element) && !shortened(element)).map((element) => `${element.localName} "${(element.textContent ?? "").trim().slice(0, 60)}": ${element.scrollWidth}x${element.scrollHeight} in ${element.clientWidth}x${element.clientHeight}`);
  });
}

test("the looks see what they are there to see", async ({ page }) => {
  await page.setContent(`<!doctype html><html lang="en"><title>x</title><main><h1>Page</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><button style="width:20px;overflow:hidden;white-space:nowrap">Speichern und weiter</button></main>`);
  expect((await violations(page, "a page with faults")).join("\n")).toContain("image-alt");
  expect(await cutTexts(page)).toHaveLength(1);
});
