import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { renderApp } from "@/testing/render-app";
import { reviewerPermissions } from "../../../dev/team";

describe("the stop switch", () => {
  it("asks why before anything is stopped, then draws the line across the page", async () => {
    const { user, world } = await renderApp("/queues");
    await user.click(await screen.findByRole("button", { name: "Stop" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "Stop now" }));
    expect(within(dialog).getByText("Say why, so that others know what to look at.")).toBeInTheDocument();
    expect(world.stop.in_force).toBe(false);

    await user.type(within(dialog).getByRole("textbox", { name: "Why" }), "Two wrong amounts");
    await user.click(within(dialog).getByRole("checkbox", { name: "Freeze" }));
    await user.click(within(dialog).getByRole("button", { name: "Stop now" }));
    expect(await screen.findByText(/Everything is frozen since .* by Reviewer 7/)).toBeVisible();
    expect(world.stop).toMatchObject({ in_force: true, freeze: true, reason: "Two wrong amounts" });
  });

  it("is lifted after a look at the reason", async () => {
    const { user, world } = await renderApp("/items");
    world.stop = { in_force: true, freeze: false, since: world.in(-5), by: "Reviewer 3", scope: "project", reason: "Check the excess" };
    await user.click(await screen.findByRole("button", { name: "Lift" }));
    const dialog = await screen.findByRole("dialog");
    expect(within(dialog).getByText("Check the excess")).toBeInTheDocument();
    await user.click(within(dialog).getByRole("button", { name: "Lift the stop" }));
    await waitFor(() => expect(world.stop.in_force).toBe(false));
  });

  it("is shown to reviewers, but not theirs to press", async () => {
    await renderApp("/queues", { roles: ["reviewer"], permissions: reviewerPermissions });
    expect(await screen.findByText("Auto-release on")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Stop" })).toBeNull();
  });
});

describe("the lines above the page", () => {
  it("name a part that does not work", async () => {
    const { world, queries } = await renderApp("/queues");
    await screen.findByRole("table");
    world.health.parts[1] = { name: "worker", ok: false, why: "Nothing was heard for 4 min.", since: null };
    await queries.invalidateQueries({ queryKey: ["health"] });
    expect(await screen.findByText("Worker: not working.")).toBeVisible();
  });

  it("say that the example desk is simulated", async () => {
    await renderApp("/queues", { isDemo: true });
    expect(await screen.findByText("Example desk: simulated data.")).toBeVisible();
  });

  it("say that the line is down, and that it is back", async () => {
    await renderApp("/queues");
    await screen.findByRole("table");
    window.dispatchEvent(new Event("offline"));
    expect(await screen.findByText(/Offline since \d\d:\d\d\./)).toBeVisible();
    window.dispatchEvent(new Event("online"));
    await waitFor(() => expect(screen.queryByText(/Offline since/)).toBeNull());
  });
});

describe("keys of the desk", () => {
  it("go to pages with two letters after each other", async () => {
    const { user, router } = await renderApp("/queues");
    await screen.findByRole("table");
    await user.keyboard("gi");
    await waitFor(() => expect(router.state.location.pathname).toBe("/items"));
    await user.keyboard("gp");
    await waitFor(() => expect(router.state.location.pathname).toBe("/policy"));
  });

  it("find a page by name", async () => {
    const { user, router } = await renderApp("/queues");
    await screen.findByRole("table");
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), "reading");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/settings/reading"));
  });

  it("search items from anywhere", async () => {
    const { user, router } = await renderApp("/queues");
    await screen.findByRole("table");
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), "hail damage{Enter}");
    await waitFor(() => expect(router.state.location.search).toEqual({ q: "hail damage" }));
  });

  it("show the map of keys", async () => {
    const { user } = await renderApp("/queues");
    await screen.findByRole("table");
    await user.keyboard("?");
    expect(await screen.findByRole("dialog", { name: "Keys" })).toBeInTheDocument();
  });
});
