import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { renderApp } from "@/testing/render-app";

const filterField = () => screen.findByRole("combobox", { name: "Add a filter or search the text" });

describe("the items page", () => {
  it("filters by what is typed, and keeps it in the address", async () => {
    const { user, router } = await renderApp("/items");
    await user.type(await filterField(), "verdict is edit or reject{Enter}");
    await waitFor(() => expect(router.state.location.search).toEqual({ verdict: "edit,reject" }));
    expect(await screen.findByText("8 items")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Remove the filter verdict" }));
    expect(await screen.findByText("24 items")).toBeVisible();
  });

  it("offers what can be typed", async () => {
    const { user, router } = await renderApp("/items");
    await user.type(await filterField(), "stat");
    const offered = await screen.findByRole("listbox");
    expect(within(offered).getAllByRole("option").map((one) => one.textContent)).toEqual(["status is …", "state is …"]);
    await user.keyboard("{ArrowDown}{Enter}");
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    await waitFor(() => expect(router.state.location.search).toEqual({ status: "released" }));
  });

  it("says which value it does not know", async () => {
    const { user } = await renderApp("/items");
    await user.type(await filterField(), "status is gone{Enter}");
    expect(await screen.findByText('status has no value "gone".')).toBeVisible();
  });

  it("focuses the filter with / and takes the last one away with Backspace", async () => {
    const { user, router } = await renderApp("/items?verdict=edit&status=released");
    await screen.findByRole("table");
    await user.keyboard("/");
    expect(await filterField()).toHaveFocus();
    await user.keyboard("{Backspace}");
    await waitFor(() => expect(router.state.location.search).toEqual({ verdict: "edit" }));
  });

  it("moves with J and K and opens with Enter", async () => {
    const { user, world, router } = await renderApp("/items");
    await screen.findByRole("table");
    await user.keyboard("jjk");
    const panel = await screen.findByRole("complementary", { name: /Item CLM-/ });
    expect(within(panel).getByRole("heading", { level: 2 })).toHaveTextContent("CLM-48213");
    expect(await within(panel).findByText("Routed")).toBeVisible();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toBe(`/items/${world.items[0]?.item.item_id}`));
  });

  it("closes the panel with Esc", async () => {
    const { user, router } = await renderApp("/items");
    await screen.findByRole("table");
    await user.keyboard("j");
    await screen.findByRole("complementary", { name: /Item/ });
    await user.keyboard("{Escape}");
    await waitFor(() => expect(router.state.location.search).toEqual({}));
  });

  it("goes through the pages and keeps the count", async () => {
    const { user } = await renderApp("/items", { items: 103 });
    await user.click(await screen.findByText("100 older"));
    await waitFor(() => expect(screen.getAllByRole("row")).toHaveLength(4));
    expect(screen.getByText("103 items")).toBeVisible();
    expect(screen.getByRole("button", { name: "100 older" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "100 newer" }));
    expect(await screen.findByText("CLM-48213")).toBeVisible();
  });

  it("says which filter to drop when nothing matches", async () => {
    const { user } = await renderApp("/items?verdict=edit&q=no-such-words");
    expect(await screen.findByText("No item matches")).toBeVisible();
    await user.click(screen.getByRole("button", { name: 'Without the text "no-such-words"' }));
    expect(await screen.findByText("4 items")).toBeVisible();
  });

  it("shows hidden characters of a snippet instead of obeying them", async () => {
    await renderApp("/items", { mood: "ugly" });
    const cells = await screen.findAllByText(/Pay to acc/);
    expect(cells[0]?.textContent).not.toMatch(/[\u202e\u200b]/);
  });
});

describe("the item page", () => {
  it("explains the route step by step", async () => {
    const { user, world, router } = await renderApp("/queues");
    await screen.findByRole("table");
    await router.navigate({ to: "/items/$itemId", params: { itemId: world.items[0]?.item.item_id ?? "" } });
    await user.click(await screen.findByRole("tab", { name: "Why here" }));
    const tab = within(await screen.findByRole("tabpanel"));
    expect(tab.getByText("amount 4,120 is at least 2,500")).toBeVisible();
    expect(tab.getByText("large_payouts")).toBeVisible();
  });

  it("says the same for what is gone and what is not mine", async () => {
    await renderApp("/items/0197a3c0-0000-7000-8000-000000000000");
    expect(await screen.findByText("There is no such item here")).toBeVisible();
  });
});
