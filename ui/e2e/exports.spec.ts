/** From a list of items to its rows on the disk: a lead starts an export, sees it finish, and downloads it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { newDesk, outcome } from "./support/desk";
import { letter } from "./support/items";
import { decide } from "./support/pages";
import { bring, expect, test } from "./support/test";

test("a lead exports what a list shows, and the file holds its rows", async ({ page, context }) => {
  const desk = await newDesk("exports");
  const lead = await desk.person("Lead 1", "lead");
  const reviewer = await desk.person("Reviewer 1", "reviewer");
  for (let number = 1; number <= 2; number++) await desk.app.post("/v1/items", letter(number));
  await decide(reviewer.client, { verdict: "approve" });
  await decide(reviewer.client, {
    verdict: "edit", severity: "major", categories: ["wrong_amount"], reason: "The report says 1,120.",
    output: { type: "text", text: String(letter(2)["output"]).replace("1,240.00", "1,120.00") },
  });
  const keys = [1, 2].map((number) => String(letter(number)["key"]));
  await Promise.all(keys.map((key) => outcome(desk, key)));
  await bring(context, lead.client);

  await page.goto(`${desk.url}/items?verdict=edit`);
  await page.getByRole("link", { name: "Export…" }).click();
  const form = page.getByRole("form", { name: "New export" });
  await expect(form).toContainText("verdict edited");
  await form.getByRole("button", { name: "Start the export" }).click();
  await expect(page.getByText("The export has begun.")).toBeVisible();
  const row = page.getByRole("list", { name: "Exports" }).getByRole("listitem").filter({ hasText: "verdict: edited" });
  await expect(row.getByText("Done", { exact: true })).toBeVisible({ timeout: 45_000 });
  await expect(row).toContainText("1 row");

  await row.getByRole("button", { name: "Files and manifest of JSONL" }).click();
  const begun = page.waitForEvent("download");
  await row.getByRole("link", { name: "items.jsonl" }).click();
  const download = await begun;
  expect(download.suggestedFilename()).toBe("items.jsonl");
  const bytes = await readFile(await download.path());
  const rows = bytes.toString("utf8").trim().split("\n").map((line) => JSON.parse(line));
  expect(rows.map(({ key }) => key)).toEqual([keys[1]]);
  expect(JSON.stringify(rows[0].outcome.output), "the corrected text").toContain("1,120.00");
  await expect(row.getByText(createHash("sha256").update(bytes).digest("hex"))).toBeVisible();
});
