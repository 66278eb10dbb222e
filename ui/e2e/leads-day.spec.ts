/** A lead's day: queues, items, policy, people, keys, and the stop switch; the same on a phone and in the dark. */
import type { Page } from "@playwright/test";
import { keyClient } from "./support/api";
import { type Desk, newDesk, outcome, type Person } from "./support/desk";
import { letter } from "./support/items";
import { look } from "./support/look";
import { decide } from "./support/pages";
import { ReviewRoom } from "./support/review";
import { bring, expect, test, watch } from "./support/test";

test.describe.configure({ mode: "serial" });

let desk: Desk;
let lead: Person;
let reviewer: Person;

test.beforeAll(async () => {
  desk = await newDesk("leads-day");
  lead = await desk.person("Lead 1", "lead", "senior", "engineer", "admin");
  reviewer = await desk.person("Reviewer 1", "reviewer");
  for (let number = 1; number <= 6; number++) await desk.app.post("/v1/items", letter(number));
  await desk.app.post("/v1/items", letter(7, { metadata: { claim: "CL-7007", amount: 60_000 } }));
  await desk.app.post("/v1/items", letter(8, { confidence: 0.97 }));
  await decide(reviewer.client, { verdict: "approve" });
  await decide(reviewer.client, {
    verdict: "edit", severity: "major", categories: ["wrong_amount"], reason: "The report says 1,120.",
    output: { type: "text", text: String(letter(2)["output"]).replace("1,240.00", "1,120.00") },
  });
  await Promise.all([1, 2].map((number) => outcome(desk, `CL-${7000 + number}`)));
});

test.beforeEach(async ({ context }) => bring(context, lead.client));

test("a queue is paused with a reason that its reviewers see at once, and opened again", async ({ page, browser }) => {
  const other = await browser.newContext({ locale: "en-GB" });
  await bring(other, reviewer.client);
  const theirs = await other.newPage();
  const watching = watch(theirs);
  await theirs.goto(desk.url);
  const claim = theirs.getByRole("button", { name: "Claim next of Junior" });
  await expect(claim).toBeVisible();

  await page.goto(`${desk.url}/queues`);
  await page.getByText("All queues", { exact: true }).click();
  await page.getByRole("button", { name: "Pause Junior" }).click();
  await page.getByRole("textbox", { name: /Why, for the reviewers/ }).fill("New guideline is being loaded.");
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await expect(page.getByRole("button", { name: "Resume Junior" })).toBeVisible();
  await expect(theirs.getByText("New guideline is being loaded.")).toBeVisible();
  await expect(claim).toHaveCount(0);
  expect(await reviewer.client.post("/v1/assignments/claim", { queues: ["junior"] })).toEqual({ assignments: [], empty_because: "paused" });

  await page.getByRole("button", { name: "Resume Junior" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
  await expect(claim).toBeVisible();
  watching.check();
  await other.close();
});

test("items: filters as words, the panel by key, the page with its timeline", async ({ page }) => {
  await page.goto(`${desk.url}/items`);
  const rows = page.getByRole("table").locator("tbody tr");
  await expect(rows).toHaveCount(8);
  await page.keyboard.press("/");
  await page.keyboard.type("verdict is edited");
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(1);
  await expect(page).toHaveURL(/verdict=edit/);
  await page.reload();
  await expect(rows, "the filter stands in the address").toHaveCount(1);

  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("j");
  await expect(page.getByRole("heading", { name: "What happened" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/items\/[0-9a-f-]{36}/);
  const main = page.getByRole("main");
  for (const event of ["Received", "Sent to a person", "Claimed by Reviewer 1", "Edited by Reviewer 1", "Settled", "Released"]) await expect(main.getByText(event).first()).toBeVisible();
  await page.getByRole("tab", { name: "Reviews" }).click();
  await expect(main).toContainText("The report says 1,120.");
  await expect(main).toContainText("Wrong amount");
  await page.getByRole("tab", { name: "Scores" }).click();
  await expect(main).toContainText("Numbers in context");
  await page.getByRole("tab", { name: "Why here" }).click();
  await expect(main).toContainText("confidence 0.71 is at least 0.30");

  await page.goto(`${desk.url}/items`);
  await expect(rows).toHaveCount(8);
  await page.keyboard.press("/");
  await page.keyboard.type("nothing like this stands anywhere");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No item matches")).toBeVisible();
  await page.getByRole("button", { name: /Drop all filters|Without the text/ }).first().click();
  await expect(rows).toHaveCount(8);
});

test("policy: the text in force, in words, and an earlier version", async ({ page }) => {
  await page.goto(`${desk.url}/policy`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("version 2");
  await expect(page.getByRole("main")).toContainText("large_amount");
  await page.getByText("In words", { exact: true }).click();
  await expect(page.getByRole("main")).toContainText(/0\.92/);
  await page.goto(`${desk.url}/policy?version=1`);
  await expect(page.getByText("You are reading an earlier version.")).toBeVisible();
});

test("people: an invite link works once, and who is removed is out at once", async ({ page, browser }) => {
  await page.goto(`${desk.url}/settings/people`);
  await page.getByRole("button", { name: "Add a person" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Reviewer 9");
  await dialog.getByLabel("E-mail").fill("reviewer9@leads-day.example.org");
  await dialog.getByRole("button", { name: "Add a person" }).click();
  await expect(dialog).toContainText("It works once and is not shown again.");
  const link = /http:\/\/\S+\/accept#[\w-]+/.exec(await dialog.innerText())?.[0] ?? "";
  await look(page, "settings-people-invited");
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("row", { name: /Reviewer 9/ });
  await expect(row).toContainText("Invited");

  const context = await browser.newContext({ locale: "en-GB" });
  const theirs = await context.newPage();
  const watching = watch(theirs);
  watching.allow(/^401 /);
  watching.allow(/^4\d\d POST \/v1\/people\/accept$/);
  await theirs.goto(link);
  await theirs.getByLabel("Password", { exact: true }).fill(desk.password);
  await theirs.keyboard.press("Enter");
  await expect(theirs.getByRole("button", { name: /Start reviewing/ })).toBeVisible();
  const again = await context.newPage();
  await again.goto(link);
  await again.getByLabel("Password", { exact: true }).fill("another long password");
  await again.keyboard.press("Enter");
  await expect(again.getByRole("alert")).toBeVisible();
  await again.close();

  await page.getByRole("button", { name: "Edit Reviewer 9" }).click();
  await page.getByRole("button", { name: /^Remove/ }).first().click();
  await page.getByRole("button", { name: /^Remove/ }).last().click();
  await expect(row).toHaveCount(0);
  await theirs.keyboard.press("Enter");
  await expect(theirs.getByRole("dialog", { name: "Your session has ended" }).or(theirs.getByText("You belong to no project yet")).or(theirs.getByRole("heading", { name: "Sign in" })).first()).toBeVisible();
  watching.check();
  await context.close();
});

test("API keys: shown once, works, and is refused after it was revoked", async ({ page }) => {
  await page.goto(`${desk.url}/settings/api-keys`);
  await page.getByRole("button", { name: "Make an API key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Claims service");
  await dialog.getByRole("button", { name: "Make an API key" }).click();
  await expect(dialog).toContainText("Copy it now. We keep only a fingerprint.");
  const key = /hrk_\w{8}_[\w-]{43}/.exec(await dialog.innerText())?.[0] ?? "";
  await look(page, "settings-api-key-made");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row", { name: /Claims service/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("row", { name: /Claims service/ })).toBeVisible();
  expect(await page.content(), "the key is nowhere any more").not.toContain(key);

  const program = keyClient(desk.url, key);
  expect((await program.ask("POST", "/v1/items", letter(20))).status).toBe(202);
  await page.getByRole("button", { name: "Revoke Claims service" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("row", { name: /Claims service/ })).toContainText("Revoked");
  expect((await program.ask("POST", "/v1/items", letter(21))).status).toBe(401);
});

test("the stop switch: a red line on every page of everybody, until it is lifted", async ({ page, browser }) => {
  expect(await desk.app.post("/v1/items", letter(30, { confidence: 0.99 }))).toMatchObject({ status: "released" });
  const other = await browser.newContext({ locale: "en-GB" });
  await bring(other, reviewer.client);
  const theirs = await other.newPage();
  await theirs.goto(desk.url);
  await theirs.getByRole("button", { name: /Start reviewing/ }).click();
  await expect(new ReviewRoom(theirs).heading).toBeVisible();

  await page.goto(`${desk.url}/queues`);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Stop now" }).click();
  await expect(dialog).toContainText("Say why, so that others know what to look at.");
  await dialog.getByRole("textbox", { name: /Why/ }).fill("Wrong sums since this morning");
  await dialog.getByRole("button", { name: "Stop now" }).click();
  const line = (on: Page) => on.getByRole("alert").filter({ hasText: /Automatic release is stopped since .* by Lead 1\./ });
  for (const path of ["/queues", "/items", "/policy", "/settings"]) {
    await page.goto(desk.url + path);
    await expect(line(page)).toContainText("Wrong sums since this morning");
  }
  await look(page, "stopped");
  await theirs.reload();
  await expect(line(theirs), "in the review room too").toBeVisible();
  await look(theirs, "review-stopped");
  expect(await desk.app.post("/v1/items", letter(31, { confidence: 0.99 }))).toMatchObject({ status: "pending" });

  await page.getByRole("button", { name: "Lift", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Lift the stop" }).click();
  await expect(line(page)).toHaveCount(0);
  expect(await desk.app.post("/v1/items", letter(32, { confidence: 0.99 }))).toMatchObject({ status: "released" });
  await other.close();
});

test("on a phone: the queues, and a verdict by touch", async ({ browser }) => {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await bring(context, lead.client);
  const page = await context.newPage();
  const watching = watch(page);
  await page.goto(desk.url);
  await page.getByRole("button", { name: "Menu" }).tap();
  await page.getByRole("button", { name: "Stop", exact: true }).tap();
  await expect(page.getByRole("dialog").filter({ hasText: "Stop automatic release" })).toBeVisible();
  await look(page, "stop-by-touch", ["phone"]);
  await page.getByRole("button", { name: "Cancel" }).tap();
  await page.goto(desk.url);
  await page.getByRole("button", { name: /Claim next of Senior/ }).tap();
  await expect(page.getByRole("article").first()).toContainText("CL-7007");
  for (const verdict of ["Approve", "Edit", "Reject"]) {
    const box = await page.getByRole("button", { name: new RegExp(`^${verdict}`) }).boundingBox();
    expect(box?.height, `${verdict} can be pressed with a thumb`).toBeGreaterThanOrEqual(44);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(844);
  }
  await page.getByRole("tab", { name: /Evidence/ }).or(page.getByRole("button", { name: /^Evidence/ })).first().tap();
  await page.getByRole("tab", { name: /Output/ }).or(page.getByRole("button", { name: /^Output/ })).first().tap();
  await page.getByRole("button", { name: /^Approve/ }).tap();
  await expect(page.getByText("Nothing is left in this queue.")).toBeVisible();
  await look(page, "review-empty", ["light", "dark"]);
  expect(await outcome(desk, "CL-7007")).toMatchObject({ status: "released", source: "human" });
  watching.check();
  await context.close();
});

test("the dark theme is a setting of the person, there from the first paint", async ({ page }) => {
  await page.goto(`${desk.url}/settings/profile`);
  const saved = page.waitForResponse((answer) => answer.url().endsWith("/v1/me") && answer.request().method() === "PATCH");
  await page.getByText("Dark", { exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await saved;
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(ground).toBe("rgb(19, 22, 25)");
  await page.getByText("As the system", { exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "light");
});
