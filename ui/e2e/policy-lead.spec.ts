/** A lead changes the policy: writes it, mends a fault, sees what it would do, tries it, puts it in force, takes it back. */
import { type Desk, newDesk, type Person, policyText } from "./support/desk";
import { letter } from "./support/items";
import { look } from "./support/look";
import { bring, expect, test, watch, watchOf } from "./support/test";

test.describe.configure({ mode: "serial" });

let desk: Desk;
let lead: Person;
let second: Person;
let auditor: Person;
const UNDER_NEW_RULES = { confidence: 0.85 };

test.beforeAll(async () => {
  desk = await newDesk("policy-lead");
  lead = await desk.person("Lead 1", "lead");
  second = await desk.person("Lead 2", "lead", "admin");
  auditor = await desk.person("Auditor 1", "auditor");
  for (let number = 1; number <= 3; number++) await desk.app.post("/v1/items", letter(number));
  await desk.app.post("/v1/items", letter(7, { metadata: { claim: "CL-7007", amount: 60_000 } }));
});

/** What the browser keeps of the work, so that each test goes on where the one before stopped. */
let kept: string | null = null;
const DRAFT = "handrail.policy-draft.policy-lead";

test.beforeEach(async ({ context }) => {
  await bring(context, lead.client);
  if (kept === null) return;
  await context.addInitScript(
    ([key, draft]) => {
      if (window.sessionStorage.getItem(key) !== null) return;
      window.sessionStorage.setItem(key, "given");
      window.localStorage.setItem(key, draft);
    },
    [DRAFT, kept] as const,
  );
});

test.afterEach(async ({ page }) => {
  if (page.url().startsWith(desk.url)) kept = await page.evaluate((key) => window.localStorage.getItem(key), DRAFT);
});

test("a fault is seen while it is typed, mended with what is offered, and the work survives a reload", async ({ page }) => {
  await page.goto(`${desk.url}/policy`);
  await expect(page.getByRole("textbox", { name: "Policy, version 2" })).toContainText("error_from");
  await look(page, "policy-active");
  await page.getByRole("button", { name: "Edit" }).click();
  const editor = page.getByRole("textbox", { name: "Policy, draft" });
  await expect(editor).toContainText("error_from");
  await expect(page.getByText("Valid", { exact: true })).toBeVisible();

  // A new queue, with a key that is misspelt.
  await editor.locator(".cm-line", { hasText: "audit: {level" }).click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("legal:");
  await page.keyboard.press("Enter");
  await page.keyboard.type("  kin");
  await expect(page.getByRole("listbox"), "the language is offered").toContainText("kind");
  await page.getByRole("option", { name: "kind" }).click();
  await expect(page.getByRole("option", { name: "supervisor" })).toBeVisible();
  await page.keyboard.type("supervisr");
  await page.keyboard.press("Escape");
  const fault = page.getByRole("button", { name: /one of expert, supervisor, not "supervisr"; did you mean "supervisor"\?/ });
  await expect(fault).toBeVisible();
  await expect(page.locator(".cm-fault")).toHaveText("supervisr");
  await expect(page.getByText("1 fault", { exact: true })).toBeVisible();
  await look(page, "policy-fault");

  await page.reload();
  await expect(fault, "unfinished work is still there").toBeVisible();
  await editor.click({ position: { x: 200, y: 20 } });
  await page.keyboard.press("F8");
  await page.keyboard.press("Shift+End");
  await page.keyboard.type("supervisor");
  await page.keyboard.press("Escape");
  await expect(page.getByText("Valid", { exact: true })).toBeVisible();
  await expect(page.getByText('There is a queue "legal", of kind supervisor, for junior reviewers.')).toBeVisible();
});

test("what a key means is said where it stands", async ({ page }) => {
  await page.goto(`${desk.url}/policy?draft=true`);
  const line = page.locator(".cm-line", { hasText: /^pending/ });
  await line.getByText("pending").first().hover();
  await expect(page.getByText("What the caller may show while people decide.")).toBeVisible();
});

test("compared: the lines, and each change with its effect; what lets more out is marked", async ({ page }) => {
  await page.goto(`${desk.url}/policy?draft=true`);
  const editor = page.getByRole("textbox", { name: "Policy, draft" });
  await editor.locator(".cm-line", { hasText: "above: 0.92" }).click();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
  await page.keyboard.insertText("- {above: 0.80, then: release, uncertified: true}");
  await expect(page.getByText("Lets more out")).toBeVisible();
  await page.getByText("Compare", { exact: true }).click();
  const effects = page.getByRole("region", { name: "What changes" });
  await expect(effects).toContainText("Outputs with confidence above 0.8 to 0.92 (included) are released by a number that nothing certifies instead of going to junior.");
  await expect(effects).toContainText("Together: more outputs may leave without a person.");
  await expect(page.getByRole("textbox", { name: "Version 2" })).toContainText("above: 0.92");
  await expect(page.getByRole("textbox", { name: "Draft" })).toContainText("above: 0.80");
  await look(page, "policy-compare");
});

test("tried on an item: each step, and which decides", async ({ page }) => {
  await page.goto(`${desk.url}/policy?draft=true&view=try`);
  const main = page.getByRole("main");
  await main.locator("ul li button").first().click();
  await expect(main.getByRole("heading", { name: /To a person: Senior/ })).toBeVisible();
  await expect(main.getByText("Supervisor: answers for the risk")).toBeVisible();
  await expect(main.getByText("decides", { exact: true })).toBeVisible();
  await main.getByText("Paste JSON").click();
  await main.getByLabel(/The item/).fill(JSON.stringify(letter(40, UNDER_NEW_RULES)));
  await main.getByRole("button", { name: "Try", exact: true }).click();
  await expect(main.getByRole("heading", { name: "Released" })).toBeVisible();
  await expect(main.getByText("Nobody has certified this number.")).toBeVisible();
  await look(page, "policy-try");
});

test("errors: one is changed in the text, and nothing else moves", async ({ page }) => {
  await page.goto(`${desk.url}/policy?draft=true&view=errors`);
  await page.getByRole("button", { name: "Change Missing citation" }).click();
  await page.getByLabel("Tolerated").fill("2%");
  await look(page, "policy-errors");
  await page.getByRole("button", { name: "Into the draft" }).click();
  await expect(page.getByRole("row", { name: /Missing citation/ })).toContainText("2%");
  await page.getByText("Text", { exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Policy, draft" })).toContainText("missing_citation: {severity: minor, tolerate: 2%}");
});

test("proposed with a note, and activated after its effects were read", async ({ page }) => {
  expect(await desk.app.post("/v1/items", letter(50, UNDER_NEW_RULES))).toMatchObject({ status: "pending" });
  await page.goto(`${desk.url}/policy?draft=true`);
  await expect(page.getByText("Valid", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Propose" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/Why/).fill("Easy ones need nobody");
  await look(page, "policy-propose");
  await dialog.getByRole("button", { name: "Propose" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Policy, version 3");
  await expect(page.getByText("You are reading a proposal. It is not in force.")).toBeVisible();

  await page.getByRole("button", { name: "Activate" }).click();
  await expect(dialog).toContainText("Together: more outputs may leave without a person.");
  await look(page, "policy-activate");
  await dialog.getByRole("button", { name: "Activate" }).click();
  await expect(page.getByRole("button", { name: /Version 3 ?Active/ })).toBeVisible();
  expect(await desk.app.post("/v1/items", letter(51, UNDER_NEW_RULES))).toMatchObject({ status: "released" });
});

test("taken back with a reason, by key alone", async ({ page }) => {
  await page.goto(`${desk.url}/policy`);
  await page.getByRole("button", { name: "Roll back" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Back to version 2" });
  await expect(dialog).toContainText("Together: fewer outputs leave without a person.");
  await expect(dialog.getByLabel(/Why/)).toBeFocused();
  await page.keyboard.type("Too many wrong sums");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Policy, version 2");
  expect(await desk.app.post("/v1/items", letter(52, UNDER_NEW_RULES))).toMatchObject({ status: "pending" });
});

test("where the project wants four eyes, a second lead approves, and nobody the own work", async ({ page, browser }) => {
  const context = await browser.newContext({ locale: "en-GB" });
  await bring(context, second.client);
  const theirs = await context.newPage();
  const watching = watch(theirs);
  await theirs.goto(`${desk.url}/policy`);
  await theirs.getByRole("button", { name: "Ask for a second person" }).click();
  await expect(theirs.getByText("A second person must approve a version before it is activated.")).toBeVisible();
  await lead.client.post("/v1/policies", { yaml: `${policyText()}not_run: review\n`, note: "Says what held", base: 2 });
  await page.goto(`${desk.url}/policy?version=4`);
  await expect(page.getByText("Nobody approves what they wrote: a second lead must.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Activate" })).toHaveCount(0);

  await theirs.goto(`${desk.url}/policy?version=4`);
  await theirs.getByRole("button", { name: "Approve" }).click();
  await theirs.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
  await expect(theirs.getByText(/Approved on .* by Lead 2\./)).toBeVisible();
  await page.reload();
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Activate" }).click();
  await expect(dialog).toContainText("Nothing changes: it says what held without it.");

  watchOf(page).allow(/^412 POST \/v1\/policies\/4\/activate$/);
  // Meanwhile the second lead puts it in force: the first one's decision was made on what is no more.
  await theirs.getByRole("button", { name: "Activate" }).click();
  await theirs.getByRole("dialog").getByRole("button", { name: "Activate" }).click();
  await expect(theirs.getByRole("button", { name: /Version 4 ?Active/ })).toBeVisible();
  await dialog.getByRole("button", { name: "Activate" }).click();
  await expect(dialog).toContainText("Another version was activated meanwhile.");
  watching.check();
  await context.close();
});

test("who may only read reads and tries, and finds nothing to press", async ({ browser }) => {
  const context = await browser.newContext({ locale: "en-GB" });
  await bring(context, auditor.client);
  const page = await context.newPage();
  const watching = watch(page);
  await page.goto(`${desk.url}/policy?version=3&view=compare`);
  await expect(page.getByRole("region", { name: "What changes" })).toContainText("missing_citation");
  for (const name of ["Edit", "Activate", "Approve", "Roll back", "Propose"]) await expect(page.getByRole("button", { name, exact: true })).toHaveCount(0);
  await page.goto(`${desk.url}/policy?draft=true`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Policy, version 4");
  watching.check();
  await context.close();
});

test("on a phone: read, plain editing, and activated by touch", async ({ browser }) => {
  await second.client.post("/v1/policies", { yaml: policyText(), note: "Back to the plain one", base: 4 });
  await lead.client.post("/v1/policies/5/approve", { note: "" });
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await bring(context, lead.client);
  const page = await context.newPage();
  const watching = watch(page);
  await page.goto(`${desk.url}/policy?version=5`);
  await page.getByRole("button", { name: "Activate" }).tap();
  await expect(page.getByRole("dialog")).toContainText("What may leave without a person stays the same.");
  await look(page, "policy-activate-by-touch", ["phone"]);
  await page.getByRole("dialog").getByRole("button", { name: "Activate" }).tap();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Policy, version 5");
  await page.getByRole("button", { name: "Edit" }).tap();
  await page.getByRole("textbox", { name: "Policy, draft" }).tap();
  await page.keyboard.insertText("x");
  await expect(page.getByText(/\d+ faults?$/)).toBeVisible();
  await look(page, "policy-edit-by-touch", ["phone"]);
  await page.getByRole("button", { name: "Discard the draft" }).tap();
  watching.check();
  await context.close();
});
