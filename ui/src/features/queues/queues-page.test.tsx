import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { renderApp } from "@/testing/render-app";
import { reviewerPermissions } from "../../../dev/team";

const rows = async () => within(await screen.findByRole("table")).getAllByRole("row").slice(1);
const names = async () => (await rows()).map((row) => within(row).getByRole("rowheader").firstChild?.textContent);

describe("the queues page", () => {
  it("says what is most urgent and starts it with Enter", async () => {
    const { user, world, router } = await renderApp("/queues");
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("2 deadlines in the next hour");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/review\//));
    const claim = world.changes.find((change) => change.path === "/assignments/claim");
    expect(claim?.body).toEqual({ queues: ["adjudication-contracts"], limit: 1 });
    expect(claim?.key).toMatch(/^[0-9a-f]{32}$/);
  });

  it("does not start twice when Enter is pressed twice", async () => {
    const { user, world, router } = await renderApp("/queues");
    await screen.findByRole("button", { name: /Start reviewing/ });
    await user.keyboard("{Enter}{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/review\//));
    expect(world.changes.filter((change) => change.path === "/assignments/claim")).toHaveLength(1);
  });

  it("keeps queues without work, with the reason in the row", async () => {
    await renderApp("/queues");
    await screen.findByRole("table");
    expect(screen.getByText('41 waiting, none for you: needs the skill "Clinical".')).toBeVisible();
    expect(screen.getByText("The last 3 are held by others.")).toBeVisible();
    expect(screen.getByText('Paused by the lead: "New guideline 9 is being loaded."')).toBeVisible();
  });

  it("changes numbers in place and the order only when asked", async () => {
    const { user, world } = await renderApp("/queues");
    const before = await names();
    await waitFor(() => expect(world.streams.size).toBe(1));
    world.queues = world.queues.map((queue) =>
      queue.name === "support-refunds" ? { ...queue, waiting: 1_032, oldest_due_at: world.in(1) } : queue,
    );
    world.publishQueues();
    expect(await screen.findByRole("cell", { name: "1,032" })).toBeVisible();
    expect(await names()).toEqual(before);
    await user.click(screen.getByRole("button", { name: "3 changes, show" }));
    expect((await names())[0]).toBe("Support refunds");
    expect(screen.queryByRole("button", { name: /changes?, show/ })).toBeNull();
  });

  it("opens the next item of another queue when somebody was faster", async () => {
    const { user, world, router } = await renderApp("/queues");
    await screen.findByRole("table");
    // The last one was taken between looking and pressing.
    world.queues = world.queues.map((queue) => (queue.name === "adjudication-contracts" ? { ...queue, waiting: 0 } : queue));
    await user.keyboard("{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/review\//));
    const claims = world.changes.filter((change) => change.path === "/assignments/claim");
    expect(claims.map((claim) => claim.body)).toEqual([{ queues: ["adjudication-contracts"], limit: 1 }, { limit: 1 }]);
    expect(claims[0]?.key).not.toBe(claims[1]?.key);
  });

  it("says so when nothing is left anywhere", async () => {
    const { user, world } = await renderApp("/queues");
    await screen.findByRole("table");
    world.queues = world.queues.map((queue) => ({ ...queue, waiting: 0 }));
    await user.keyboard("{Enter}");
    expect(await screen.findByText("Someone was faster. Nothing is left in your queues.")).toBeVisible();
  });

  it("lists what is not finished, and opens it", async () => {
    const { user, world, router } = await renderApp("/queues");
    await user.click(await screen.findByRole("button", { name: "Open the item of Payout letters" }));
    await waitFor(() => expect(router.state.location.pathname).toBe(`/review/${world.held[0]?.assignment_id}`));
  });

  it("says why it is empty", async () => {
    await renderApp("/queues", { mood: "empty" });
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("All quiet");
    expect(screen.getByText("No queue is open to you")).toBeVisible();
  });

  it("lets leads pause a queue with a reason, and nobody else", async () => {
    const { user, world } = await renderApp("/queues?all=true");
    await user.click(await screen.findByRole("button", { name: "Pause Payout letters" }));
    const dialog = await screen.findByRole("dialog");
    await user.type(within(dialog).getByRole("textbox"), "Guideline changes");
    await user.click(within(dialog).getByRole("button", { name: "Pause" }));
    await waitFor(() =>
      expect(world.queues.find((queue) => queue.name === "payout-letters")).toMatchObject({
        paused: true,
        paused_reason: "Guideline changes",
      }),
    );
  });

  it("offers reviewers no pausing", async () => {
    await renderApp("/queues?all=true", { roles: ["reviewer"], permissions: reviewerPermissions });
    await screen.findByRole("table");
    expect(screen.queryByRole("button", { name: /Pause/ })).toBeNull();
    expect(screen.queryByText("All queues")).toBeNull();
  });

});
