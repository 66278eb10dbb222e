/** An auditor's day: what may be seen, the log and its filters, proofs checked outside, a log that was tampered with. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Download, Page } from "@playwright/test";
import { firstAdmin } from "./support/api";
import { type Desk, newDesk, outcome, type Person, policyText } from "./support/desk";
import { letter } from "./support/items";
import { look } from "./support/look";
import { decide } from "./support/pages";
import { ROOT, Server } from "./support/server";
import { bring, expect, test } from "./support/test";

test.describe.configure({ mode: "serial" });

const PASSWORD = "long enough for the tests";
const VERIFIER = join(ROOT, "tools", "verify_audit_log.py");

let server: Server;
let desk: Desk;
let auditor: Person;
let reviewer: Person;
let item: string;
let outside: string;

test.beforeAll(async () => {
  // A database of its own: at the end somebody tampers with it.
  server = await Server.start("serve");
  desk = await newDesk("auditors-day", policyText(), { url: server.url, admin: await firstAdmin(server, PASSWORD), password: PASSWORD });
  auditor = await desk.person("Auditor 1", "auditor");
  reviewer = await desk.person("Reviewer 1", "reviewer");
  for (let number = 1; number <= 3; number++) await desk.app.post("/v1/items", letter(number));
  for (let number = 4; number <= 20; number++) await desk.app.post("/v1/items", letter(number, { confidence: 0.97 }));
  item = await decide(reviewer.client, { verdict: "reject", severity: "major", categories: ["wrong_amount"], reason: "The report says 1,120." });
  const { key: decided } = await auditor.client.get(`/v1/items/${item}`);
  await outcome(desk, decided);
  outside = join(server.folder, "outside");
  mkdirSync(outside);
});

test.afterAll(async () => server?.remove());

test.beforeEach(async ({ context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await bring(context, auditor.client);
});

const entries = (page: Page) => page.getByRole("region", { name: "Entries of this project" });
const rows = (page: Page) => entries(page).getByRole("rowheader");

async function kept(download: Download): Promise<string> {
  const path = join(outside, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** What the verifier of strangers says, run as they would run it. */
function verify(...words: string[]): { said: string; code: number | null } {
  const { stdout, stderr, status } = spawnSync("python3", ["-I", VERIFIER, ...words], { cwd: outside, encoding: "utf8" });
  return { said: stdout + stderr, code: status };
}

test("an auditor signs in by keyboard and sees what the role may, and nothing else", async ({ page, context }) => {
  await context.clearCookies();
  await page.goto(`${desk.url}/audit-log`);
  await page.getByLabel("E-mail").fill(auditor.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(desk.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Audit log" }), "where they wanted to go").toBeVisible();
  const places = page.getByRole("navigation").first();
  for (const name of ["Queues", "Items", "Monitoring", "Policy", "Audit log", "Settings"]) await expect(places.getByRole("link", { name, exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toHaveCount(0);

  await page.goto(`${desk.url}/queues`);
  await expect(page.getByRole("row", { name: /Junior/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /Claim|Pause|Start reviewing/ })).toHaveCount(0);
  await look(page, "auditor-queues");
  await page.getByRole("row", { name: /Junior/ }).getByRole("link").first().click();
  await expect(page).toHaveURL(/\/items\?queue=junior&status=pending/);
  await expect(page.getByRole("table").locator("tbody tr")).toHaveCount(2);

  await page.goto(`${desk.url}/policy?draft=true`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("version 2");
  await expect(page.getByRole("button", { name: /Edit|Activate|Propose|Roll back/ })).toHaveCount(0);
  await page.goto(`${desk.url}/settings/people`);
  await expect(page.getByRole("row", { name: /Reviewer 1/ })).toContainText("Reviewer");
  await expect(page.getByRole("row", { name: /Auditor 1/ })).toContainText("Auditor");
  await expect(page.getByRole("button", { name: /^(Add|Edit)/ })).toHaveCount(0);
  await look(page, "auditor-people");
  for (const section of ["api-keys", "webhooks"]) {
    await page.goto(`${desk.url}/settings/${section}`);
    await expect(page.getByRole("heading", { level: 2, name: /^Only/ })).toBeVisible();
  }

  await page.goto(`${desk.url}/items/${item}`);
  await expect(page.getByRole("tab", { name: "Evidence" })).toBeVisible();
  await expect(page.getByRole("button", { name: /^(Correct|Recall|Reopen|Appeal)$/ })).toHaveCount(0);
});

test("what an auditor may not do is refused, whoever asks", async () => {
  const { client } = auditor;
  const { body: active } = await client.ask("GET", "/v1/policies/active");
  const refused = [
    await client.ask("POST", "/v1/assignments/claim", { queues: ["junior"] }),
    await client.ask("POST", "/v1/policies", { yaml: policyText(), note: "Mine", base: active.version }),
    await client.ask("POST", `/v1/items/${item}/recall`, { reason: "No", severity: "major" }),
    await client.ask("PUT", "/v1/stop", { reason: "No" }),
    await client.ask("POST", "/v1/people", { email: "x@example.org", name: "X", roles: ["admin"] }),
    await client.ask("POST", "/v1/keys", { name: "X", scopes: ["items.submit"] }),
  ];
  expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
  for (const { body } of refused) expect(body.error.message).toMatch(/\w{3,}/);
});

test("the log is filtered by what, who and when; the address keeps it, and leads back to it", async ({ page }) => {
  await page.goto(`${desk.url}/audit-log`);
  await expect(rows(page).first()).toBeVisible();
  await look(page, "audit-log-whole");

  await page.getByLabel("What happened").selectOption({ label: "Review submitted" });
  await expect(rows(page)).toHaveText(["Review submitted"]);
  await expect(page).toHaveURL(/kind=review\.submitted/);
  await page.getByLabel("Who", { exact: true }).selectOption({ label: "Reviewer 1" });
  await expect(page).toHaveURL(/actor_id=/);
  await expect(rows(page)).toHaveCount(1);
  await page.reload();
  await expect(rows(page), "the filter stands in the address").toHaveText(["Review submitted"]);

  await page.getByRole("button", { name: /^Hashes of entry/ }).press("Enter");
  const opened = entries(page).getByRole("definition");
  await opened.filter({ hasText: /^[0-9a-f]{64}/ }).first().getByRole("button", { name: "Copy" }).press("Enter");
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^[0-9a-f]{64}$/);
  await look(page, "audit-log-entry");

  await page.getByTitle("Open the evidence of this item").press("Enter");
  await expect(page).toHaveURL(new RegExp(`/items/${item}\\?tab=evidence`));
  await page.goBack();
  await expect(rows(page), "back where they were").toHaveText(["Review submitted"]);

  const { at } = (await auditor.client.get("/v1/audit-log?kind=review.submitted")).data[0];
  const local = (moment: number) => page.evaluate((ms) => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16), moment);
  const from = page.getByLabel("From", { exact: true });
  await from.fill(await local(Date.parse(at) + 3_600_000));
  await from.press("Enter");
  await expect(page.getByText("No entry fits")).toBeVisible();
  await look(page, "audit-log-nothing");
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await expect(rows(page).nth(5)).toBeVisible();

  await page.getByRole("button", { name: "Older" }).click();
  await expect(page).toHaveURL(/cursor=/);
  await expect(rows(page), "a page that is not full").not.toHaveCount(50);
  const older = await rows(page).count();
  await page.reload();
  await expect(rows(page), "the page stands in the address").toHaveCount(older);
  await page.getByRole("button", { name: "To the newest" }).click();
  await expect(page).not.toHaveURL(/cursor=/);
});

test("the list is taken along as CSV, and that is noted", async ({ page }) => {
  await page.goto(`${desk.url}/audit-log?kind=item.received`);
  await expect(rows(page)).toHaveCount(20);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as CSV" }).click()]);
  const lines = readFileSync(await kept(download), "utf8").trim().split("\r\n");
  expect(lines).toHaveLength(21);
  expect(lines.slice(1).every((line) => line.includes('"item.received"'))).toBe(true);
  const { data } = await auditor.client.get("/v1/audit-log?kind=export.started");
  expect(data.map((one: { actor_name: string }) => one.actor_name)).toEqual(["Auditor 1"]);
});

test("an item's whole life, and its evidence checked outside", async ({ page }) => {
  await page.goto(`${desk.url}/items/${item}`);
  for (const [tab, words] of [["Scores", "Numbers in context"], ["Reviews", "The report says 1,120."], ["Why here", "confidence 0.71 is at least 0.30"], ["Deliveries", "Nobody was told by webhook"]] as const) {
    await page.getByRole("tab", { name: new RegExp(`^${tab}`) }).click();
    await expect(page.getByRole("main")).toContainText(words);
    await look(page, `auditor-item-${tab.toLowerCase().replaceAll(" ", "-")}`);
  }
  await page.getByRole("tab", { name: "Evidence" }).click();
  await expect(page.getByRole("status").filter({ hasText: /^All \d+ entries stand in the log as the checkpoint says\.$/ })).toBeVisible();
  await look(page, "auditor-evidence");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download the evidence" }).click()]);
  const evidence = await kept(download);

  await page.getByRole("link", { name: "These entries in the audit log" }).click();
  await expect(page).toHaveURL(new RegExp(`item_id=${item}`));
  await expect(rows(page)).toContainText(["Review submitted", "Item received"]);
  for (const file of ["checkpoint.txt", "key.txt"]) {
    const [one] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: `Save as ${file}` }).click()]);
    await kept(one);
  }

  expect(verify(evidence, "--key", "key.txt")).toMatchObject({ code: 0 });
  server.command("audit", "export", join(outside, "log"));
  expect(verify("log", "--key", "key.txt", "--since", "checkpoint.txt")).toMatchObject({ code: 0 });
  const changed = JSON.parse(readFileSync(evidence, "utf8"));
  changed.entries[0].entry = changed.entries[0].entry.replace("item.received", "item.released");
  writeFileSync(join(outside, "changed.json"), JSON.stringify(changed));
  expect(verify("changed.json", "--key", "key.txt"), "evidence that somebody changed").toMatchObject({ code: 1 });
});

test("what is proved is said beside what is not, and the check of everything says that the log is whole", async ({ page }) => {
  await page.goto(`${desk.url}/audit-log`);
  await expect(page.getByRole("heading", { name: "What a log that verifies proves" })).toBeVisible();
  await expect(page.getByText("Only a checkpoint that was kept elsewhere shows that.")).toBeVisible();
  await page.getByRole("button", { name: "Verify everything now" }).press("Enter");
  await expect(page.getByText(/^Whole: \d+ entries/)).toBeVisible();
});

test("a log that was tampered with is told: on the page, in the evidence, outside", async ({ page }) => {
  const { entries: proofs } = await auditor.client.get(`/v1/items/${item}/evidence`);
  const [{ index }] = proofs;
  // As somebody with the database file in their hands would: one word of one entry.
  const tamper = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(\"UPDATE audit_entries SET entry = replace(entry, 'item.received', 'item.released') WHERE log_index = ?\", (int(sys.argv[2]),)); c.commit()";
  expect(spawnSync("python3", ["-c", tamper, join(server.folder, "handrail.db"), String(index)], { encoding: "utf8" }).stderr).toBe("");

  await page.goto(`${desk.url}/audit-log`);
  await page.getByRole("button", { name: "Verify everything now" }).press("Enter");
  const broken = page.getByRole("alert").filter({ hasText: `The log is broken from index ${index}:` });
  await expect(broken.first()).toContainText("Change nothing.");
  await expect(page.getByText(/^Entries 1 to \d+ verified/), "no older check says otherwise beside it").toHaveCount(0);
  await look(page, "audit-log-broken");

  await page.goto(`${desk.url}/items/${item}?tab=evidence`);
  await expect(page.getByRole("alert").filter({ hasText: "The proof of 1 entry does not hold." })).toBeVisible();
  await look(page, "auditor-evidence-broken");
  server.command("audit", "export", join(outside, "log-later"));
  const outsiders = verify("log-later", "--key", "key.txt", "--since", "checkpoint.txt");
  expect(outsiders.code, outsiders.said).toBe(1);
  expect(outsiders.said).toContain(String(index));
});
