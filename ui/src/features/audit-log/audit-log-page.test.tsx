import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { renderApp } from "@/testing/render-app";
import { evidence } from "../../../dev/audit-log";
import { reviewerPermissions } from "../../../dev/team";

const table = () => screen.findByRole("region", { name: "Entries of this project" });

describe("the audit log", () => {
  it("says first whether it is whole, and shows the checkpoint", async () => {
    await renderApp("/audit-log");
    expect(await screen.findByText("Entries 1 to 1,048,391 verified 4 min ago.")).toBeVisible();
    expect(screen.getByLabelText("Copy the checkpoint", { selector: "pre" }).textContent).toBe(evidence.checkpoint);
  });

  it("says where it is broken, what still holds and what to do", async () => {
    await renderApp("/audit-log", { mood: "ugly" });
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("The log is broken from index 70,512: its columns do not say what was hashed");
    expect(alert).toHaveTextContent("Entries up to index 70,511 still hold.");
  });

  it("checks everything at the press of a button, and says what was found", async () => {
    const { user } = await renderApp("/audit-log", { items: 2 });
    await user.click(await screen.findByText("Verify everything now"));
    expect(await screen.findByText(/^Whole: 1,048,391 entries/)).toBeVisible();
  });

  it("filters the entries, and keeps the filter in the address", async () => {
    const { user, router } = await renderApp("/audit-log", { items: 3 });
    await user.selectOptions(await screen.findByLabelText("What happened"), "review.submitted");
    await waitFor(() => expect(router.state.location.search).toEqual({ kind: "review.submitted" }));
    await waitFor(async () => {
      const rows = within(await table()).getAllByRole("rowheader");
      expect(new Set(rows.map((one) => one.textContent))).toEqual(new Set(["Review submitted"]));
    });
    await user.selectOptions(screen.getByLabelText("What happened"), "stop.set");
    await user.click(await screen.findByText("Show all entries"));
    await waitFor(() => expect(router.state.location.search).toEqual({}));
  });

  it("shows hashes, and leads to the evidence of an item", async () => {
    const { user, router } = await renderApp("/audit-log", { items: 1 });
    const [hashes] = await screen.findAllByLabelText(/^Hashes of entry/);
    if (hashes !== undefined) await user.click(hashes);
    expect(await screen.findByText("Commitment")).toBeVisible();
    expect(screen.getByRole("link", { name: "All entries about this item" })).toHaveAttribute("href", expect.stringMatching(/^\/audit-log\?item_id=/));
    const [item] = screen.getAllByTitle("Open the evidence of this item");
    if (item !== undefined) await user.click(item);
    await waitFor(() => expect(router.state.location.search).toEqual({ tab: "evidence" }));
  });

  it("turns pages", async () => {
    const { user, router } = await renderApp("/audit-log", { items: 16 });
    const newest = (await screen.findAllByLabelText(/^Hashes of entry/)).length;
    expect(newest).toBe(50);
    await user.click(screen.getByText("Older"));
    await waitFor(() => expect(screen.getAllByLabelText(/^Hashes of entry/).length).toBeLessThan(50));
    expect(router.state.location.search, "the page stands in the address").toHaveProperty("cursor");
    await user.click(screen.getByText("Newer"));
    await waitFor(() => expect(router.state.location.search).toEqual({}));
    await waitFor(() => expect(screen.getAllByLabelText(/^Hashes of entry/).length).toBe(50));
  });

  it("says when there is nothing yet", async () => {
    await renderApp("/audit-log", { mood: "empty" });
    expect(await screen.findByText("The log is empty")).toBeVisible();
    expect(await screen.findByText("No entry fits")).toBeVisible();
  });

  it("is not offered to those who may not read it", async () => {
    await renderApp("/settings/audit-log", { roles: ["reviewer"], permissions: reviewerPermissions });
    expect(await screen.findByText("Only leads, auditors and admins read the audit log")).toBeVisible();
    expect(screen.queryByRole("link", { name: "Audit log" })).toBeNull();
  });

  it("says so kindly to those who come by its address", async () => {
    await renderApp("/audit-log", { roles: ["reviewer"], permissions: reviewerPermissions });
    expect(await screen.findByText("Only leads, auditors and admins read the audit log")).toBeVisible();
    expect(screen.queryByRole("table")).toBeNull();
  });

  it("shows the verifier key in the settings", async () => {
    await renderApp("/settings/audit-log");
    expect(await screen.findByText(evidence.verifier_key)).toBeVisible();
  });
});

/** jsdom has no Blob.text. */
function textOf(blob: Blob | undefined): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(blob ?? new Blob());
  });
}

describe("the evidence of an item", () => {
  it("checks each proof in the browser, and can be taken along", async () => {
    const made = vi.fn((_: Blob) => "blob:evidence");
    vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: made, revokeObjectURL: () => undefined }));
    const { user, router, world } = await renderApp("/items", { items: 1 });
    await screen.findByText("Items", { selector: "h1" });
    await router.navigate({ to: "/items/$itemId", params: { itemId: world.items[0]?.item.item_id ?? "" }, search: { tab: "evidence" } });
    expect(await screen.findByText("All 4 entries stand in the log as the checkpoint says.")).toBeVisible();
    expect(screen.getAllByText("proved")).toHaveLength(4);
    await user.click(screen.getByText("Download the evidence"));
    const [blob] = made.mock.calls[0] ?? [];
    expect(JSON.parse(await textOf(blob))).toMatchObject({ checkpoint: evidence.checkpoint, entries: evidence.entries });
  });

  it("is not offered to those who may not read the log", async () => {
    const { router, world } = await renderApp("/items", { permissions: ["items.read", "project.read", "queues.read"] });
    await router.navigate({ to: "/items/$itemId", params: { itemId: world.items[0]?.item.item_id ?? "" } });
    expect(await screen.findByRole("tab", { name: "Content" })).toBeVisible();
    expect(screen.queryByRole("tab", { name: "Evidence" })).toBeNull();
  });
});
