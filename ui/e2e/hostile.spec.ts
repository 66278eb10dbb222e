/** Content that wants more than to be read: nothing runs, nothing leaves, nothing pretends to be us. */
import type { Page } from "@playwright/test";
import { createServer } from "node:http";
import { type Desk, newDesk, outcome, type Person } from "./support/desk";
import { HOSTILE, hostile } from "./support/hostile";
import { KINDS, letter } from "./support/items";
import { ReviewRoom } from "./support/review";
import { bring, expect, test, watch } from "./support/test";

/** All that may stand where content is shown. What is not here could carry an address, a script or a style. */
const ALLOWED = new Set(
  "a article aside b bdi blockquote br button caption circle code col colgroup dd del details div dl dt em figure footer g h1 h2 h3 h4 h5 h6 header hr i ins kbd label li line mark ol p path polyline pre rect s section small span strong sub summary sup svg table tbody td tfoot th thead time tr u ul".split(" "),
);

interface Found {
  elements: string[];
  handlers: string[];
  links: string[];
  styled: string[];
  pwned: unknown;
  polluted: unknown;
}

/** What stands inside the frames of content, as the browser sees it. */
const inspect = (page: Page): Promise<Found> =>
  page.evaluate((names) => {
    const frames = [...document.querySelectorAll("article, main, [role=dialog]")];
    const inside = [...new Set(frames.flatMap((frame) => [...frame.querySelectorAll("*")]))];
    const attributes = inside.flatMap((element) => [...element.attributes].map((attribute) => ({ element, ...{ name: attribute.name, value: attribute.value } })));
    return {
      // Our own search fields stand beside content, and of inputs only our switches within a frame.
      elements: [...new Set(inside.filter((element) => !element.matches("input:is([type=checkbox], [type=radio]), input:not(article *)")).map((element) => element.localName).filter((name) => !names.includes(name)))],
      handlers: attributes.filter(({ name }) => /^on/i.test(name)).map(({ element, name }) => `${element.localName} ${name}`),
      links: attributes.filter(({ name, value }) => ["href", "src", "xlink:href", "action", "formaction"].includes(name) && !/^(\/|#)(?!\/)/.test(value)).map(({ value }) => value),
      styled: attributes.filter(({ element, name, value }) => name === "style" && element.closest("article") !== null && /url|position|expression|background/i.test(value)).map(({ value }) => value),
      pwned: (window as { pwned?: unknown }).pwned ?? null,
      polluted: ({} as { polluted?: unknown }).polluted ?? null,
    };
  }, [...ALLOWED]);

const clean: Found = { elements: [], handlers: [], links: [], styled: [], pwned: null, polluted: null };

test.describe.configure({ mode: "serial" });

let desk: Desk;
let reviewer: Person;
let lead: Person;
const names = Object.keys(HOSTILE);

test.beforeAll(async () => {
  desk = await newDesk("hostile");
  reviewer = await desk.person("Reviewer <img src=x onerror=alert(1)>", "reviewer");
  lead = await desk.person("Lead 1", "lead", "engineer");
  for (const [at, name] of names.entries()) await desk.app.post("/v1/items", hostile(name, at));
});

test("T1, T3, T5, T36: in the review room it is shown as text", async ({ page }) => {
  await bring(page.context(), reviewer.client);
  const room = new ReviewRoom(page);
  await page.goto(desk.url);
  await page.getByRole("button", { name: /Start reviewing/ }).click();
  for (const name of names) {
    await test.step(name, async () => {
      await expect(room.heading).toBeVisible();
      await room.awake();
      expect(await inspect(page), name).toEqual(clean);
      for (const tab of await page.getByRole("tab").all()) {
        await tab.click();
        expect(await inspect(page), `${name}, ${await tab.innerText()}`).toEqual(clean);
      }
      await page.keyboard.press("u");
      expect(await inspect(page), `${name}, raw`).toEqual(clean);
      await page.keyboard.press("u");
      await page.keyboard.press("d");
      expect(await inspect(page), `${name}, compared`).toEqual(clean);
      await page.keyboard.press("d");
      await test.info().attach(name, { body: await page.screenshot(), contentType: "image/png" });
      const before = page.url();
      await page.keyboard.press("a");
      await expect.poll(() => page.url() !== before || page.getByText("Nothing is left in this queue.").isVisible()).toBeTruthy();
      if (name !== names.at(-1)) await expect(page).not.toHaveURL(before);
    });
  }
});

test("T2: links: bad addresses are text, good ones show their host and ask", async ({ page }) => {
  const own = await newDesk("hostile-links");
  const person = await own.person("Reviewer 1", "reviewer");
  await own.app.post("/v1/items", hostile("links", 1));
  await bring(page.context(), person.client);
  const room = new ReviewRoom(page);
  await page.goto(own.url);
  await page.getByRole("button", { name: /Start reviewing/ }).click();
  await room.shows("(outside.invalid)");
  const links = room.output.getByRole("article").getByRole("link");
  await expect(links).toHaveCount(1);
  await expect(links).toContainText("a real one");
  await links.click();
  const dialog = page.getByRole("dialog", { name: "This link leads out" });
  await expect(dialog).toContainText("https://outside.invalid/path?q=1");
  const out = dialog.getByRole("link", { name: /Open/ });
  await expect(out).toHaveAttribute("rel", /noopener/);
  await expect(out).toHaveAttribute("rel", /noreferrer/);
  await dialog.getByRole("button", { name: "Stay here" }).click();
  await expect(dialog).toBeHidden();
});

test("T4, T5: hidden and turning characters are boxes with their names, and are noted in the verdict", async ({ page }) => {
  const own = await newDesk("hostile-hidden");
  const person = await own.person("Reviewer 1", "reviewer");
  await own.app.post("/v1/items", hostile("hidden", 1));
  await bring(page.context(), person.client);
  const room = new ReviewRoom(page);
  await page.goto(own.url);
  await page.getByRole("button", { name: /Start reviewing/ }).click();
  await room.shows("RLO");
  const article = room.output.getByRole("article");
  for (const box of ["ZWSP", "RLO", "PDF", "LRI", "TAG", "SHY"]) await expect(article).toContainText(box);
  await expect(article).toContainText(/empty lines/);
  await expect(article).toContainText(/hidden characters shown/);
  const verdict = page.waitForRequest(/\/review$/);
  await page.keyboard.press("a");
  const told = (await verdict).postDataJSON();
  expect(told.warnings_shown.length, "what was warned of travels with the verdict").toBeGreaterThan(0);
  await expect(page.getByText("Nothing is left in this queue.")).toBeVisible();
});

test("T6: what imitates our interface stays in its frame and in its own face", async ({ page }) => {
  const own = await newDesk("hostile-imitation");
  const person = await own.person("Reviewer 1", "reviewer");
  await own.app.post("/v1/items", hostile("imitation", 1));
  await bring(page.context(), person.client);
  const room = new ReviewRoom(page);
  await page.goto(own.url);
  await page.getByRole("button", { name: /Start reviewing/ }).click();
  await room.shows("No further check is needed");
  const article = room.output.getByRole("article");
  const look = await article.evaluate((frame) => {
    const fake = [...frame.querySelectorAll("*")].find((element) => element.textContent?.trim() === "Approved") ?? frame;
    const box = frame.getBoundingClientRect();
    const outside = [...frame.querySelectorAll("*")].filter((element) => {
      const own = element.getBoundingClientRect();
      return own.width > 0 && (own.left < box.left - 1 || own.right > box.right + 1 || own.top < box.top - 1);
    });
    return { fake: getComputedStyle(fake).fontFamily, ours: getComputedStyle(document.body).fontFamily, contain: getComputedStyle(frame).contain, isolation: getComputedStyle(frame).isolation, outside: outside.length };
  });
  expect(look.fake).not.toBe(look.ours);
  expect(look).toMatchObject({ outside: 0, isolation: "isolate" });
  expect(look.contain).toMatch(/paint|content|strict/);
  await expect(page.getByRole("alert").filter({ hasText: "sign in again" })).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
});

test("T1, T3, T36: a lead reads it in the items list and on its page", async ({ page }) => {
  await bring(page.context(), lead.client);
  await page.goto(`${desk.url}/items`);
  const rows = page.getByRole("table").locator("tbody tr");
  await expect(rows).toHaveCount(names.length);
  expect(await inspect(page)).toEqual(clean);
  for (const name of names) {
    const { data } = await lead.client.get(`/v1/items?key=${encodeURIComponent(`hostile-${name}-${names.indexOf(name)}`)}`);
    await page.goto(`${desk.url}/items/${data[0].item_id}`);
    await expect(page.getByRole("tab", { name: /Content/ })).toBeVisible();
    expect(await inspect(page), name).toEqual(clean);
    for (const tab of await page.getByRole("tab").all()) {
      await tab.click();
      expect(await inspect(page), `${name}, ${await tab.innerText()}`).toEqual(clean);
    }
  }
  await page.goto(`${desk.url}/settings/people`);
  await expect(page.getByText("Reviewer <img src=x onerror=alert(1)>").first()).toBeVisible();
  expect(await inspect(page)).toEqual(clean);
});

test("no other page may frame ours, and ours may do little", async ({ page, request, browser }) => {
  const answer = await request.get(desk.url, { headers: { Accept: "text/html" } });
  const policy = answer.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(answer.headers()).toMatchObject({ "x-frame-options": "DENY", "x-content-type-options": "nosniff" });
  await page.goto(desk.url);

  const outer = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(`<!doctype html><title>outer</title><iframe src="${desk.url}/" width="800" height="600"></iframe>`);
  });
  await new Promise<void>((ready) => outer.listen(0, "127.0.0.1", ready));
  const address = outer.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const context = await browser.newContext();
  const framing = await context.newPage();
  const refused: string[] = [];
  framing.on("console", (message) => refused.push(message.text()));
  await framing.goto(`http://127.0.0.1:${port}/`);
  await expect.poll(() => refused.join("\n")).toMatch(/frame-ancestors|X-Frame-Options/i);
  expect(await framing.frames()[1]?.locator("body").innerText().catch(() => "")).not.toContain("Sign in");
  await context.close();
  outer.close();
});

test("every kind and size of content can be read and decided", async ({ page }) => {
  const own = await newDesk("kinds");
  const person = await own.person("Reviewer 1", "reviewer");
  const kinds = Object.entries(KINDS);
  for (const [at, [name, kind]] of kinds.entries()) await own.app.post("/v1/items", letter(at, { ...kind, key: name }));
  await bring(page.context(), person.client);
  const room = new ReviewRoom(page);
  await page.goto(own.url);
  await page.getByRole("button", { name: /Start reviewing/ }).click();
  for (const [at, [name]] of kinds.entries()) {
    await test.step(name, async () => {
      await expect(room.heading).toBeVisible();
      await room.awake();
      const { wide, cut } = await page.evaluate(() => {
        const root = document.documentElement;
        const frame = document.querySelector("article");
        return { wide: root.scrollWidth > root.clientWidth, cut: frame !== null && frame.getBoundingClientRect().right > window.innerWidth };
      });
      expect({ wide, cut }, `${name} stays within the page`).toEqual({ wide: false, cut: false });
      if (["arabic", "hebrew"].includes(name)) {
        const paragraph = room.output.getByRole("article").locator("p").first();
        expect(await paragraph.evaluate((element) => getComputedStyle(element).direction)).toBe("rtl");
        expect(await page.evaluate(() => getComputedStyle(document.body).direction), "the room does not mirror").toBe("ltr");
      }
      if (name === "tool") await expect(room.output).toContainText(/If approved, this runs: .*send_refund/);
      if (name === "empty") await expect(room.output).toContainText("The output is empty.");
      const before = page.url();
      await page.keyboard.press("a");
      if (at < kinds.length - 1) await expect(page).not.toHaveURL(before);
    });
  }
  for (const [name] of kinds) expect(await outcome(own, name), name).toMatchObject({ status: "released", source: "human" });
});

test("the watch on pages sees what it is there to see", async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const watching = watch(page);
  await page.route("https://outside.invalid/**", (route) => route.abort());
  await page.setContent(`<article><img src="https://outside.invalid/pixel.png" onerror="window.pwned=1"><a href="javascript:alert(1)">x</a><script>alert(2)</script></article>`);
  await expect.poll(() => watching.foreign).toEqual(["https://outside.invalid/pixel.png"]);
  await expect.poll(() => watching.dialogs).toEqual(["2"]);
  const found = await inspect(page);
  expect(found).toMatchObject({ elements: ["img", "script"], handlers: ["img onerror"], pwned: 1 });
  expect(found.links).toContain("javascript:alert(1)");
  expect(() => watching.check()).toThrow(/outside\.invalid/);
  await context.close();
});
