import { screen, waitFor, within } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { renderApp } from "@/testing/render-app";
import type { World } from "../../../dev/world";

/** A page of an item: 0 is edited, 1 approved, 2 released, 3 rejected, 4 pending, 5 blocked. */
async function page(at: number, options: Parameters<typeof renderApp>[1] = {}, before?: (world: World) => void) {
  const shown = await renderApp("/queues", options);
  await screen.findByRole("table");
  before?.(shown.world);
  await shown.router.navigate({ to: "/items/$itemId", params: { itemId: idOf(shown.world, at) } });
  await screen.findByRole("heading", { level: 1, name: /CLM-|Item/ });
  return shown;
}

/** Fills a field at once: typing letter by letter is slow in a page of this size. */
async function fill(user: UserEvent, field: HTMLElement, text: string) {
  await user.click(field);
  await user.paste(text);
}

const idOf = (world: World, at: number) => world.items[at]?.item.item_id ?? "";
const last = (world: World) => world.changes.at(-1);

describe("taking an outcome back", { timeout: 40_000 }, () => {
  it("asks why before it recalls, and shows what was given out beside nothing", async () => {
    const { user, world } = await page(2);
    await user.click(await screen.findByRole("button", { name: "Recall" }));
    const dialog = await screen.findByRole("dialog", { name: "Recall this outcome" });
    await user.click(within(dialog).getByRole("button", { name: "Recall now" }));
    expect(within(dialog).getByText("Say why.")).toBeVisible();
    await fill(user, within(dialog).getByLabelText(/^Why/), "the amount is wrong");
    await user.click(within(dialog).getByLabelText("Wrong amount"));
    await user.click(within(dialog).getByRole("button", { name: "Recall now" }));
    expect(await screen.findByText(/^Recalled/, { selector: "strong" })).toBeVisible();
    expect(last(world)).toMatchObject({
      method: "POST",
      path: `/items/${idOf(world, 2)}/recall`,
      body: { reason: "the amount is wrong", severity: null, categories: ["wrong_amount"] },
    });
    expect(last(world)?.key).toBeTruthy();
    expect(screen.getByRole("article", { name: "Given out" })).toBeVisible();
    expect(screen.getByText("Nothing takes its place.")).toBeVisible();
    expect(await screen.findByText(/^Recalled by /)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Recall" })).not.toBeInTheDocument();
  });

  it("lets a blocked output go out as it is, and asks why where a check fails", async () => {
    const { user, world } = await page(5, {}, (world) => {
      const item = world.items[5]?.item;
      if (item !== undefined) item.submitted.output = { type: "text", text: "A forbidden word." };
    });
    await user.click(await screen.findByRole("button", { name: "Correct" }));
    const dialog = await screen.findByRole("dialog", { name: "Correct this outcome" });
    await fill(user, within(dialog).getByLabelText(/^Why/), "it was harmless");
    await user.click(within(dialog).getByRole("button", { name: "Send the correction" }));
    const overridden = await within(dialog).findByLabelText("Why it goes out although a check fails");
    expect(within(dialog).getAllByText(/Your correction fails keywords/)[0]).toBeVisible();
    await fill(user, overridden, "it is a quotation");
    await user.click(within(dialog).getByRole("button", { name: "Send the correction" }));
    expect(await screen.findByText(/^Corrected/, { selector: "strong" })).toBeVisible();
    expect(last(world)).toMatchObject({
      path: `/items/${idOf(world, 5)}/override`,
      body: { reason: "it was harmless", checks_overridden: "it is a quotation", correction: { type: "text" } },
    });
    expect(screen.getByRole("article", { name: "Stands now" })).toBeVisible();
  });

  it("does not send what is not changed", async () => {
    const { user, world } = await page(2);
    await user.click(await screen.findByRole("button", { name: "Correct" }));
    const dialog = await screen.findByRole("dialog", { name: "Correct this outcome" });
    await fill(user, within(dialog).getByLabelText(/^Why/), "wrong word");
    await user.click(within(dialog).getByRole("button", { name: "Send the correction" }));
    expect(within(dialog).getByText("Nothing is changed yet.")).toBeVisible();
    expect(world.changes).toEqual([]);
  });
});

describe("asking for another look", { timeout: 40_000 }, () => {
  it("appeals once, and says who decides", async () => {
    const { user, world } = await page(3);
    await user.click(await screen.findByRole("button", { name: "Appeal" }));
    const dialog = await screen.findByRole("dialog", { name: "Appeal for the person concerned" });
    await user.click(within(dialog).getByRole("button", { name: "Send the appeal" }));
    expect(within(dialog).getByText("Say who appeals.")).toBeVisible();
    await fill(user, within(dialog).getByLabelText(/^Who appeals/), "u-771");
    await fill(user, within(dialog).getByLabelText(/^What they say/), "I sent it in time");
    await user.click(within(dialog).getByRole("button", { name: "Send the appeal" }));
    expect(await screen.findByText(/Somebody who took no part looks at it again in Payout letters/)).toBeVisible();
    expect(last(world)?.body).toEqual({ by: "u-771", reason: "I sent it in time" });
    for (const name of ["Appeal", "Reopen"]) {
      expect(screen.getByRole("button", { name })).toHaveAttribute("aria-disabled", "true");
    }
  });

  it("reopens in another queue", async () => {
    const { user, world } = await page(1);
    await user.click(await screen.findByRole("button", { name: "Reopen" }));
    const dialog = await screen.findByRole("dialog", { name: "Reopen this item" });
    await fill(user, within(dialog).getByLabelText(/^Why/), "looks odd");
    await user.selectOptions(within(dialog).getByLabelText("Queue"), "support-refunds");
    await user.click(within(dialog).getByRole("button", { name: "Reopen" }));
    await waitFor(() => expect(last(world)?.body).toEqual({ reason: "looks odd", queue: "support-refunds" }));
  });
});

describe("who may", () => {
  it("offers nothing for what is not decided", async () => {
    await page(4);
    expect(screen.queryByRole("group", { name: "What can be done now" })).not.toBeInTheDocument();
  });

  it("offers only what a role allows", async () => {
    await page(2, { permissions: ["items.read", "queues.read", "project.read", "items.appeal"] });
    const group = await screen.findByRole("group", { name: "What can be done now" });
    expect(within(group).getAllByRole("button").map((one) => one.textContent)).toEqual(["Appeal"]);
  });
});
