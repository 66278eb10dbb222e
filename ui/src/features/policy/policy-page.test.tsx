import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { renderApp } from "@/testing/render-app";
import { reviewerPermissions } from "../../../dev/world";

describe("the policy page", () => {
  it("shows the active version and says each rule in words", async () => {
    const { user } = await renderApp("/policy");
    expect(await screen.findByRole("heading", { level: 1, name: "Policy, version 14" })).toBeVisible();
    await user.click(screen.getByRole("radio", { name: "In words" }));
    expect(await screen.findByText("metadata.amount >= 2500")).toBeVisible();
    expect(screen.getByText("Nobody has certified this number.")).toBeVisible();
  });

  it("shows an earlier version and the way back", async () => {
    const { user, router } = await renderApp("/policy");
    await user.click(await screen.findByRole("button", { name: /Version 13/ }));
    expect(await screen.findByText(/You are reading an earlier version/)).toBeVisible();
    expect(router.state.location.search).toEqual({ version: 13 });
    await user.click(within(screen.getByRole("main")).getByRole("button", { name: "Show the active version" }));
    await waitFor(() => expect(router.state.location.search).toEqual({}));
  });

  it("says who may read it to those who may not", async () => {
    await renderApp("/policy", { roles: ["reviewer"], permissions: reviewerPermissions });
    expect(await screen.findByText("Your role cannot read the policy")).toBeVisible();
  });
});
