/** What can go wrong in the middle of a review: nothing typed is lost, and no item is decided twice. */
import type { Page } from "@playwright/test";
import { firstAdmin } from "./support/api";
import { type Desk, newDesk, outcome, type Person, policyText, result } from "./support/desk";
import { eventually } from "./support/eventually";
import { letter } from "./support/items";
import { look } from "./support/look";
import { ReviewRoom } from "./support/review";
import { Server } from "./support/server";
import { bring, expect, test, watch, watchOf } from "./support/test";

const ADDED = ", checked by hand";
const claim = (number: number) => `CL-${7000 + number}`;
const edited = (number: number) => `${String(letter(number)["output"])}${ADDED}`;

test.describe.configure({ mode: "parallel" });

interface Opened {
  desk: Desk;
  reviewer: Person;
  lead: Person;
  room: ReviewRoom;
}

/** A desk with `items` letters, the first of which is open in front of a reviewer. */
async function open(page: Page, project: string, { items = 2, policy = policyText(), place = undefined as Parameters<typeof newDesk>[2] } = {}): Promise<Opened> {
  const desk = await newDesk(project, policy, place);
  const [reviewer, lead] = [await desk.person("Reviewer 1", "reviewer"), await desk.person("Lead 1", "lead")];
  for (let number = 1; number <= items; number++) await desk.app.post("/v1/items", letter(number));
  await bring(page.context(), reviewer.client);
  const room = new ReviewRoom(page);
  await startReviewing(page, desk);
  await room.shows(claim(1));
  return { desk, reviewer, lead, room };
}

async function startReviewing(page: Page, desk: Desk): Promise<void> {
  await page.goto(desk.url);
  await page.getByRole("button", { name: /Start reviewing/ }).click();
}

/** Begins an edit that adds words at the end. */
async function typeEdit(page: Page, room: ReviewRoom): Promise<void> {
  await page.keyboard.press("e");
  await expect(room.editor).toBeFocused();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(ADDED);
  await expect(room.editor).toContainText(ADDED);
}

/** How many verdicts the audit log has of an item. */
async function verdictsOf({ desk, lead }: Opened, number: number): Promise<number> {
  const { item_id } = await result(desk, claim(number));
  const { data } = await lead.client.get(`/v1/items/${item_id}/timeline`);
  return data.filter((entry: { event: string }) => entry.event === "review.submitted").length;
}

test("the line breaks: one goes on, the verdict waits and is sent once", async ({ page, context }) => {
  const opened = await open(page, "lost-offline");
  const { desk, room } = opened;
  await typeEdit(page, room);
  await context.setOffline(true);
  await expect(page.getByText(/Offline since \d\d:\d\d\. Draft kept here\./)).toBeVisible();
  await page.keyboard.type("!");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Your verdict is sent when the line is back and the item is still yours.")).toBeVisible();
  await look(page, "review-offline", ["light", "dark"]);
  await expect(room.output).toContainText(claim(1));
  expect(await result(desk, claim(1))).toMatchObject({ status: "pending" });

  await context.setOffline(false);
  await room.shows(claim(2));
  expect(await outcome(desk, claim(1))).toMatchObject({ source: "edited", text: `${edited(1)}!` });
  expect(await verdictsOf(opened, 1)).toBe(1);
  await expect(page.getByText(/Offline since/)).toHaveCount(0);
});

test("the answer to a verdict is lost: it is sent again under its key and counts once", async ({ page }) => {
  const opened = await open(page, "lost-answer");
  const { desk, room } = opened;
  const keys: string[] = [];
  await page.route("**/v1/assignments/*/review", async (route) => {
    keys.push(route.request().headers()["idempotency-key"] ?? "");
    if (keys.length > 1) return route.continue();
    await route.fetch();
    return route.abort("connectionreset");
  });
  await page.keyboard.press("a");
  await room.shows(claim(2));
  expect(await outcome(desk, claim(1))).toMatchObject({ status: "released", source: "human" });
  await expect(page.getByText(`${claim(1)} approved`)).toBeVisible();
  expect(keys).toHaveLength(2);
  expect(keys[0]).not.toBe("");
  expect(new Set(keys).size).toBe(1);
  expect(await verdictsOf(opened, 1)).toBe(1);
});

test("the lease is over and somebody else has the item: it says so, and the draft can be taken along", async ({ page, context }) => {
  // A lease shorter than the beat that renews it: it ends while the page is open.
  const opened = await open(page, "lost-lease", { items: 1, policy: policyText({ lease: "4s" }) });
  const { desk, room } = opened;
  watchOf(page).allow(/^409 /);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await typeEdit(page, room);
  const second = await desk.person("Reviewer 2", "reviewer");
  const taken = await eventually(async () => (await second.client.post("/v1/assignments/claim", { limit: 1 })).assignments[0], "the second reviewer gets the item");
  await second.client.post(`/v1/assignments/${taken.assignment_id}/review`, { fence: taken.fence, verdict: "approve", active_ms: 1_000 });

  await expect(page.getByRole("alert").filter({ hasText: "This item is no longer yours." })).toContainText("Your draft is kept for 7 days.");
  await expect(room.button(/^Approve/)).toHaveCount(0);
  await look(page, "review-lost");
  await page.getByRole("button", { name: "Copy my draft" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(edited(1));
  await page.getByRole("button", { name: /^Next item/ }).click();
  await expect(page.getByText("Nothing is left in this queue.")).toBeVisible();
  expect(await outcome(desk, claim(1))).toMatchObject({ source: "human", text: String(letter(1)["output"]) });
  expect(await verdictsOf(opened, 1)).toBe(1);
});

test("the session ends elsewhere: a dialog signs in again, and the edit is still there", async ({ page }) => {
  const opened = await open(page, "lost-session");
  const { desk, reviewer, room } = opened;
  watchOf(page).allow(/^401 /);
  await typeEdit(page, room);
  await reviewer.client.tell("DELETE", "/v1/sessions/current");
  const dialog = page.getByRole("dialog", { name: "Your session has ended" });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByLabel("E-mail")).toHaveValue(reviewer.email);
  await look(page, "session-ended", ["light", "dark"]);
  await dialog.getByLabel("Password", { exact: true }).fill(desk.password);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(room.editor).toContainText(ADDED);
  await room.editor.press("Control+Enter");
  await room.shows(claim(2));
  expect(await outcome(desk, claim(1))).toMatchObject({ source: "edited", text: edited(1) });
  expect(await verdictsOf(opened, 1)).toBe(1);
});

test("two tabs and a double click: each item gets one verdict", async ({ page, context }) => {
  const opened = await open(page, "lost-tabs", { items: 4 });
  const { desk, room } = opened;
  const other = await context.newPage();
  const watching = watch(other);
  watching.allow(/^409 /);
  watchOf(page).allow(/^409 /);
  await other.goto(page.url());
  const otherRoom = new ReviewRoom(other);
  await otherRoom.shows(claim(1));

  await test.step("what the first tab decided, the second cannot decide otherwise", async () => {
    await page.keyboard.press("a");
    await expect(room.output).not.toContainText(claim(1));
    await eventually(() => verdictsOf(opened, 1).then((count) => count === 1), "the verdict of the first tab");
    await otherRoom.button(/^Reject/).click();
    await other.getByRole("radio", { name: /Critical/ }).click();
    await otherRoom.reason.fill("From the other tab.");
    await otherRoom.reason.press("Control+Enter");
    await expect(other.getByRole("alert").filter({ hasText: claim(1) })).toBeVisible();
    expect(await outcome(desk, claim(1))).toMatchObject({ status: "released", source: "human" });
    expect(await verdictsOf(opened, 1)).toBe(1);
  });
  watching.check();
  await other.close();

  await test.step("a double click on Approve approves what was read, not what came after it", async () => {
    const shown = /CL-\d+/.exec((await room.output.textContent()) ?? "")?.[0] ?? "";
    await room.awake();
    await room.button(/^Approve/).dblclick();
    await expect(room.output).not.toContainText(shown);
    await expect(page.getByText(`${shown} approved`)).toBeVisible();
    const next = /CL-\d+/.exec((await room.output.textContent()) ?? "")?.[0] ?? "";
    expect(await outcome(desk, shown)).toMatchObject({ status: "released" });
    expect(await result(desk, next)).toMatchObject({ status: "pending" });
  });
});

test("the deadline passes while the item is open: the page says what happened", async ({ page }) => {
  const opened = await open(page, "lost-deadline", { items: 1, policy: policyText({ deadline: "12s", lease: "10s" }) });
  const { desk, room } = opened;
  watchOf(page).allow(/^409 /);
  await typeEdit(page, room);
  expect(await outcome(desk, claim(1))).toMatchObject({ source: "fallback", decided_by: "deadline", text: "A colleague will write to you today." });
  await expect(page.getByRole("alert").filter({ hasText: "The deadline has passed; the fallback was sent." })).toBeVisible();
  await expect(page.getByRole("button", { name: "Copy my draft" })).toBeVisible();
  expect(await verdictsOf(opened, 1)).toBe(0);
  await look(page, "review-overdue");
});

test("a reload keeps the draft, also in another browser", async ({ page, browser }) => {
  const { desk, reviewer, room } = await open(page, "lost-reload", { items: 1 });
  await typeEdit(page, room);
  await page.keyboard.press("Escape");
  await page.keyboard.press("w");
  await page.keyboard.type("Half a reason");
  await page.reload();
  await expect(room.editor).toContainText(ADDED);
  await expect(room.reason).toHaveValue("Half a reason");

  await test.step("the server has it for another device", async () => {
    await expect(page.locator("[data-saved=server]")).toBeVisible();
    const context = await browser.newContext({ locale: "en-GB" });
    await bring(context, reviewer.client);
    const second = await context.newPage();
    const watching = watch(second);
    await second.goto(desk.url);
    await second.getByRole("button", { name: /^Open the item of/ }).first().click();
    await expect(new ReviewRoom(second).editor).toContainText(ADDED);
    await expect(new ReviewRoom(second).reason).toHaveValue("Half a reason");
    watching.check();
    await context.close();
  });
});

test("the server dies and comes back: the draft is kept, the verdict arrives once", async ({ page }) => {
  const server = await Server.start("serve");
  try {
    const password = "long enough for the tests";
    const opened = await open(page, "lost-server", { place: { url: server.url, admin: await firstAdmin(server, password), password } });
    const { desk, room } = opened;
    watchOf(page).allow(/^50[23] /);
    await typeEdit(page, room);
    await server.kill();
    await page.keyboard.press("Control+Enter");
    const failed = page.getByRole("alert").filter({ hasText: `Your verdict on ${claim(1)} did not arrive.` });
    await expect(failed).toContainText("Your verdict is kept in this browser and will be sent once only.");
    await room.shows(claim(2));
    await look(page, "review-not-arrived", ["light", "dark"]);
    await page.keyboard.press("r");
    await page.keyboard.press("1");
    await page.keyboard.press("w");
    await page.keyboard.type("Typed while the server was away");

    await server.startAgain();
    await failed.getByRole("button", { name: "Send again" }).click();
    await expect(failed).toBeHidden();
    await expect(room.reason).toHaveValue("Typed while the server was away");
    expect(await outcome(desk, claim(1))).toMatchObject({ source: "edited", text: edited(1) });
    expect(await verdictsOf(opened, 1)).toBe(1);
    await page.keyboard.press("Control+Enter");
    expect(await outcome(desk, claim(2))).toMatchObject({ status: "blocked", reason: "Typed while the server was away" });
    expect(await verdictsOf(opened, 2)).toBe(1);
  } finally {
    await page.goto("about:blank");
    await server.remove();
  }
});
