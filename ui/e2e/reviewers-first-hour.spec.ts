/** A reviewer's first hour by keyboard alone: the same work with single keys, and without them. */
import type { Page } from "@playwright/test";
import { type Desk, newDesk, outcome, type Person, result } from "./support/desk";
import { letter } from "./support/items";
import { ReviewRoom } from "./support/review";
import { expect, prefer, test } from "./support/test";

/** The aim is 100 ms on an idle machine; the limit leaves room for a busy one. */
const NEXT_AIM_MS = 100;
const NEXT_LIMIT_MS = 1_000;
const WRONG = "1,240.00";
const RIGHT = "1,120.00 (Zürich, “net”) ✓";

test.describe.configure({ mode: "parallel" });

/** The mouse is not used: a click by it fails the test. */
async function withoutMouse(page: Page): Promise<void> {
  await page.addInitScript(() => window.addEventListener("mousedown", () => console.error("the mouse was used"), { capture: true }));
}

async function typeSignIn(page: Page, desk: Desk, person: Person): Promise<void> {
  await page.goto(desk.url);
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await page.keyboard.type(person.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(desk.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/queues$/);
}

/** Tabs until `words` names what has the focus, as somebody does who cannot see the page at once. */
async function tabTo(page: Page, name: RegExp, most = 60): Promise<void> {
  for (let step = 0; step < most; step++) {
    await page.keyboard.press("Tab");
    const said = await page.evaluate(() => {
      const element = document.activeElement;
      return (element?.getAttribute("aria-label") ?? element?.textContent ?? "").trim();
    });
    if (name.test(said)) return;
  }
  throw new Error(`${most} steps with Tab did not lead to ${name}`);
}

test("with single keys", async ({ page }) => {
  const desk = await newDesk("first-hour");
  const reviewer = await desk.person("Reviewer 1", "reviewer");
  for (let number = 1; number <= 12; number++) await desk.app.post("/v1/items", letter(number));
  const claim = (number: number) => `CL-${7000 + number}`;
  const room = new ReviewRoom(page);
  await withoutMouse(page);
  await typeSignIn(page, desk, reviewer);

  await test.step("Enter claims the most urgent item, and the focus is on its heading", async () => {
    await expect(page.getByRole("button", { name: /Start reviewing/ })).toBeVisible();
    await page.keyboard.press("Enter");
    await room.shows(claim(1));
    await expect(room.heading).toBeFocused();
    await expect(room.heading).toContainText("2 findings");
    await expect(page.getByText("Here because")).toContainText("confidence 0.71");
  });

  await test.step("J and K go through the findings, Y and N answer, V turns the evidence", async () => {
    const finding = (number: number) => page.locator("aside li[aria-current]").filter({ has: page.getByText(String(number), { exact: true }) });
    await expect(finding(1)).toBeVisible();
    await page.keyboard.press("j");
    await expect(finding(2)).toBeVisible();
    await page.keyboard.press("k");
    await expect(finding(1)).toBeVisible();
    await page.keyboard.press("y");
    await expect(room.button(/^Is an error/).first()).toHaveAttribute("aria-pressed", "true");
    await page.keyboard.press("j");
    await page.keyboard.press("n");
    await expect(room.button(/^Not an error/).first()).toHaveAttribute("aria-pressed", "true");
    await page.keyboard.press("u");
    await expect(room.button(/^Raw/)).toHaveAttribute("aria-pressed", "true");
    await page.keyboard.press("u");
    await page.keyboard.press("t");
    await expect(page.getByRole("tab", { name: /^Context/ })).toHaveAttribute("aria-selected", "true");
  });

  await test.step("A approves; the next item is on screen at once; Z brings the first one back", async () => {
    await page.keyboard.press("a");
    await room.shows(claim(2));
    await expect(room.heading).toBeFocused();
    await page.keyboard.press("z");
    await room.shows(claim(1));
    await page.keyboard.press("a");
    await room.shows(claim(2));
  });

  await test.step("a double press decides one item, not two", async () => {
    await page.keyboard.press("a");
    await page.keyboard.press("a");
    await room.shows(claim(3));
  });

  await test.step("E opens the editor; letters are text in it; Esc, 2, C, W and Ctrl+Enter say why and save", async () => {
    await page.keyboard.press("e");
    await expect(room.editor).toBeFocused();
    await page.keyboard.press("Control+Home");
    for (let step = 0, to = String(letter(3)["output"]).indexOf(WRONG); step < to; step++) await page.keyboard.press("ArrowRight");
    for (let step = 0; step < WRONG.length; step++) await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.type(RIGHT);
    await expect(room.editor).toContainText(RIGHT);
    await page.keyboard.type(" are");
    for (let step = 0; step < 4; step++) await page.keyboard.press("Backspace");
    await page.keyboard.press("Escape");
    await expect(room.editor).not.toBeFocused();
    await page.keyboard.press("2");
    await expect(page.getByRole("radio", { name: /Major/ })).toBeChecked();
    await page.keyboard.press("c");
    await page.keyboard.type("amount");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await expect(room.verdicts.getByRole("button", { name: /^Wrong amount/ })).toHaveAttribute("aria-pressed", "true");
    await page.keyboard.press("w");
    await expect(room.reason).toBeFocused();
    await page.keyboard.type("The report says 1,420 less 300.");
    await page.keyboard.press("Control+Enter");
    await room.shows(claim(4));
  });

  await test.step("R asks for severity and reason, then Ctrl+Enter blocks", async () => {
    await page.keyboard.press("r");
    await expect(page.getByText("What follows: the fallback is sent")).toBeVisible();
    await page.keyboard.press("Control+Enter");
    await expect(page.getByText("Say how bad it would have been.")).toBeVisible();
    await page.keyboard.press("3");
    await page.keyboard.press("w");
    await page.keyboard.type("The claim is not covered.");
    await page.keyboard.press("Control+Enter");
    await room.shows(claim(5));
  });

  await test.step("S skips with a reason and does not offer the item again", async () => {
    await page.keyboard.press("s");
    const dialog = page.getByRole("dialog", { name: "Skip this item" });
    await expect(dialog.getByRole("textbox", { name: "Reason" })).toBeFocused();
    await page.keyboard.type("Not my field");
    await page.keyboard.press("Control+Enter");
    await expect(dialog).toBeHidden();
    await room.shows(claim(6));
  });

  await test.step("? shows the keys, Esc closes them", async () => {
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Keys" });
    await expect(help).toContainText("Approve, save, next");
    await page.keyboard.press("Escape");
    await expect(help).toBeHidden();
  });

  await test.step("the next item is on screen within the limit after the deciding key", async () => {
    const times: number[] = [];
    for (let number = 6; number <= 11; number++) {
      await room.shows(claim(number));
      times.push(await timeOfKey(page, "a", claim(number + 1)));
    }
    const median = [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? Infinity;
    console.log(`deciding key to next item on screen: median ${median.toFixed(0)} ms of ${times.map((one) => one.toFixed(0)).join(", ")} (aim ${NEXT_AIM_MS})`);
    expect(median).toBeLessThan(NEXT_LIMIT_MS);
  });

  await test.step("G Q leads back, where what is held but not decided stands", async () => {
    await room.shows(claim(12));
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await expect(page).toHaveURL(/\/queues$/);
    await expect(page.getByRole("heading", { name: "Yours, not finished" })).toBeVisible();
  });

  await test.step("each outcome is the one decided, word for word", async () => {
    const text = (number: number) => String(letter(number)["output"]);
    expect(await outcome(desk, claim(1))).toMatchObject({ status: "released", source: "human", text: text(1) });
    expect(await outcome(desk, claim(2))).toMatchObject({ status: "released", source: "human", text: text(2) });
    expect(await outcome(desk, claim(3))).toMatchObject({
      status: "released",
      source: "edited",
      text: text(3).replace(WRONG, RIGHT),
      categories: ["wrong_amount"],
      review: { verdict: "edit", severity: "major" },
    });
    expect(await outcome(desk, claim(4))).toMatchObject({
      status: "blocked",
      show: "fallback",
      text: "A colleague will write to you today.",
      reason: "The claim is not covered.",
      review: { verdict: "reject", severity: "critical" },
    });
    expect(await result(desk, claim(5)), "what was skipped waits for somebody else").toMatchObject({ status: "pending", show: "draft" });
  });
});

/** Milliseconds from a key to the frame in which the item with `words` is painted, measured inside the page. */
async function timeOfKey(page: Page, key: string, words: string): Promise<number> {
  await page.evaluate((wanted) => {
    const place = window as unknown as { took: Promise<number> };
    place.took = new Promise((done) => {
      window.addEventListener("keydown", () => {
        const from = performance.now();
        const look = () => {
          const shown = document.querySelector("article")?.textContent?.includes(wanted) === true && document.activeElement?.tagName === "H1";
          if (shown) requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));
          else requestAnimationFrame(look);
        };
        look();
      }, { capture: true, once: true });
    });
  }, words);
  await page.keyboard.press(key);
  return page.evaluate(() => (window as unknown as { took: Promise<number> }).took);
}

test("with single keys off: Tab, buttons and Ctrl+Enter", async ({ page }) => {
  const desk = await newDesk("first-hour-tab");
  const reviewer = await desk.person("Reviewer 1", "reviewer");
  for (let number = 1; number <= 5; number++) await desk.app.post("/v1/items", letter(number));
  await prefer(reviewer.client, { keys: { single: false, bindings: {} } });
  const claim = (number: number) => `CL-${7000 + number}`;
  const room = new ReviewRoom(page);
  await withoutMouse(page);
  await typeSignIn(page, desk, reviewer);

  await tabTo(page, /^Start reviewing/);
  await page.keyboard.press("Enter");
  await room.shows(claim(1));
  await expect(room.heading).toBeFocused();

  await test.step("letters decide nothing", async () => {
    for (const key of ["a", "r", "e", "s", "1", "?"]) await page.keyboard.press(key);
    await expect(room.output).toContainText(claim(1));
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(room.button(/^Approve/)).toBeVisible();
  });

  await test.step("Approve is a button on the way of Tab", async () => {
    await tabTo(page, /^Approve/);
    await page.keyboard.press("Enter");
    await room.shows(claim(2));
    await expect(room.heading).toBeFocused();
  });

  await test.step("Undo as well", async () => {
    await tabTo(page, /^Undo/);
    await page.keyboard.press("Enter");
    await room.shows(claim(1));
    await tabTo(page, /^Approve/);
    await page.keyboard.press("Space");
    await room.shows(claim(2));
  });

  await test.step("an edit, with Tab to severity, category and reason", async () => {
    await tabTo(page, /^Edit/);
    await page.keyboard.press("Enter");
    await expect(room.editor).toBeFocused();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(", by hand");
    await page.keyboard.press("Escape");
    await tabTo(page, /^Minor/);
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("radio", { name: /Major/ })).toBeChecked();
    await tabTo(page, /^Add/);
    await page.keyboard.press("Enter");
    await page.keyboard.type("entity");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await expect(room.verdicts.getByRole("button", { name: /^Wrong entity/ })).toHaveAttribute("aria-pressed", "true");
    for (let step = 0; step < 12 && !(await room.reason.evaluate((field) => field === document.activeElement)); step++) await page.keyboard.press("Tab");
    await expect(room.reason).toBeFocused();
    await page.keyboard.type("Signed by hand.");
    await page.keyboard.press("Control+Enter");
    await room.shows(claim(3));
  });

  await test.step("a rejection, sent with its button", async () => {
    await tabTo(page, /^Reject/);
    await page.keyboard.press("Enter");
    await tabTo(page, /^Minor/);
    await page.keyboard.press("Space");
    await tabTo(page, /^Reject and go on/);
    await page.keyboard.press("Enter");
    await room.shows(claim(4));
  });

  await test.step("skip, and the way back to the queues", async () => {
    await tabTo(page, /^Skip/);
    await page.keyboard.press("Enter");
    await tabTo(page, /^Not my language/);
    await page.keyboard.press("Enter");
    await tabTo(page, /^Skip and go on/);
    await page.keyboard.press("Enter");
    await room.shows(claim(5));
    await tabTo(page, /^Queues$/);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/queues$/);
  });

  expect(await outcome(desk, claim(1))).toMatchObject({ status: "released", source: "human" });
  expect(await outcome(desk, claim(2))).toMatchObject({ source: "edited", text: `${String(letter(2)["output"])}, by hand`, categories: ["wrong_entity"] });
  expect(await outcome(desk, claim(3))).toMatchObject({ status: "blocked", review: { severity: "minor" } });
});
