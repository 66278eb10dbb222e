import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { renderApp } from "@/testing/render-app";
import { reviewerPermissions } from "../../../dev/team";

const list = () => screen.findByRole("list", { name: "Exports" });
const rows = async () => within(await list()).getAllByRole("listitem").filter((one) => one.hasAttribute("aria-labelledby"));
const lead = ["exports.read", "exports.write", "items.read", "project.read"];

describe("the list of exports", () => {
  it("says of each what it covers, who asked, and what became of it", async () => {
    await renderApp("/exports");
    const [running, , done, failed, unmasked, removed] = await rows();
    expect(running).toHaveTextContent("domain: claims · verdict: approved or edited");
    expect(running).toHaveTextContent("Asked for by Reviewer 7");
    expect(done).toHaveTextContent("12,304 rows");
    expect(done).toHaveTextContent("46 MB");
    expect(done).toHaveTextContent("Files kept until");
    expect(failed).toHaveTextContent(/no space left on device\.\s?Nothing is left of its files\. Once that is mended, start it again\./);
    expect(unmasked).toHaveTextContent("Unmasked");
    expect(unmasked).toHaveTextContent("Asked for by an API key");
    expect(removed).toHaveTextContent("Files removed");
  });

  it("offers files as plain links with their hashes, and what the manifest says", async () => {
    const { user, world } = await renderApp("/exports");
    const done = (await rows())[2] as HTMLElement;
    await user.click(within(done).getByRole("button", { name: "Files and manifest of JSONL" }));
    const file = world.exports[2]?.result?.files[0];
    expect(within(done).getByRole("link", { name: "items.jsonl" })).toHaveAttribute("href", `/v1/exports/${world.exports[2]?.export_id}/files/items.jsonl`);
    expect(within(done).getByText(file?.sha256 ?? "none")).toBeVisible();
    expect(within(done).getByRole("link", { name: "manifest.json" })).toHaveAttribute("download");
    expect(done).toHaveTextContent("129 decided by no person");
    await user.click(within(done).getAllByRole("button", { name: "Copy SHA-256" })[0] as HTMLElement);
    expect(await navigator.clipboard.readText()).toBe(file?.sha256);
  });

  it("gives unmasked files only to those who may unmask, and removed ones to nobody", async () => {
    const { user } = await renderApp("/exports", { permissions: lead });
    const [, , , , unmasked, removed] = await rows();
    await user.click(within(unmasked as HTMLElement).getByRole("button", { name: /^Files/ }));
    expect(unmasked).toHaveTextContent("Only those who may unmask items can download them.");
    await user.click(within(removed as HTMLElement).getByRole("button", { name: /^Files/ }));
    expect(removed).toHaveTextContent("The files were removed when their time was over.");
    expect(within(await list()).queryByRole("link")).toBeNull();
  });

  it("follows one that is under way until it is done, and asks after no other", async () => {
    const { world } = await renderApp("/exports");
    const answer = vi.spyOn(world, "answer");
    const [running] = await rows();
    expect(within(running as HTMLElement).getByRole("progressbar", { name: "How far TRL, SFT is" })).toBeVisible();
    await waitFor(() => expect(running).toHaveTextContent("Done"), { timeout: 10_000 });
    expect(within(running as HTMLElement).queryByRole("progressbar")).toBeNull();
    const underWay = world.exports.slice(0, 2).map((one) => `/v1/exports/${one.export_id}`);
    const asked = answer.mock.calls.map(([request]) => new URL(request.url).pathname).filter((path) => path.startsWith("/v1/exports/"));
    expect(asked.filter((path) => !underWay.includes(path))).toEqual([]);
  });

  it("turns pages, which stand in the address", async () => {
    const { user, router } = await renderApp("/exports", { mood: "ugly" });
    expect(await rows()).toHaveLength(20);
    await user.click(screen.getByText("Older"));
    await waitFor(() => expect(router.state.location.search).toHaveProperty("cursor"));
    await user.click(screen.getByText("Newer"));
    await waitFor(() => expect(router.state.location.search).toEqual({}));
  });

  it("says what an export is while there is none", async () => {
    const { user } = await renderApp("/exports", { mood: "empty" });
    expect(await screen.findByText("No export yet")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "New export" }));
    expect(await screen.findByRole("form", { name: "New export" })).toBeVisible();
  });

  it("says so kindly to those who may not read exports", async () => {
    await renderApp("/exports?new=true", { roles: ["reviewer"], permissions: reviewerPermissions });
    expect(await screen.findByText("Only leads, engineers and auditors read exports")).toBeVisible();
    expect(screen.queryByRole("form")).toBeNull();
  });
});

describe("a new export", () => {
  it("takes the filters of the items page along, and says which it cannot", async () => {
    const { user, router } = await renderApp("/items?verdict=edit&q=hail");
    const link = await screen.findByRole("link", { name: "Export…" });
    expect(link).toHaveAttribute("href", "/exports?new=true&verdict=edit&q=hail");
    await user.click(link);
    const form = await screen.findByRole("form", { name: "New export" });
    expect(form).toHaveTextContent("verdict edited");
    expect(form).toHaveTextContent("Not taken along: searched words.");
    await user.click(within(form).getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(router.state.location.search).toEqual({}));
    expect(screen.queryByRole("form")).toBeNull();
    expect(screen.getByRole("button", { name: "New export" })).toHaveFocus();
  });

  it("is started with the keyboard, also with a filter that was typed and not added", async () => {
    const { user, world } = await renderApp("/exports?new=true");
    const form = within(await screen.findByRole("form", { name: "New export" }));
    await user.click(form.getByRole("radio", { name: "TRL, DPO" }));
    await user.selectOptions(form.getByLabelText("Filter by"), "task");
    await user.type(form.getByLabelText("Value"), "letter{Enter}");
    await user.type(form.getByLabelText("Value"), "note");
    await user.click(form.getByRole("button", { name: "Start the export" }));
    expect(await screen.findByText("The export has begun. It goes on when you leave this page.")).toBeVisible();
    const [change] = world.changes.filter(({ path }) => path === "/exports");
    expect(change?.body).toEqual({ format: "trl-dpo", filters: { task: ["letter", "note"] }, masked: true });
    await waitFor(async () => expect((await rows())[0]).toHaveTextContent("task: letter or note"));
  });

  it("unmasks only whole items, only for those who may, and warns", async () => {
    const { user } = await renderApp("/exports?new=true");
    await user.click(await screen.findByRole("checkbox", { name: "Leave in what is masked" }));
    expect(screen.getByText(/^The files then hold personal data\./)).toBeVisible();
    await user.click(screen.getByRole("radio", { name: "CSV" }));
    expect(screen.queryByRole("checkbox", { name: "Leave in what is masked" })).toBeNull();
  });

  it("does not offer to unmask to those who may not", async () => {
    await renderApp("/exports?new=true", { permissions: lead });
    expect(await screen.findByRole("radio", { name: "JSONL" })).toBeChecked();
    expect(screen.queryByRole("checkbox")).toBeNull();
  });

  it("refuses an end before the beginning", async () => {
    const { user, world } = await renderApp("/exports?new=true&decided_from=2026-11-02T00:00:00Z&decided_to=2026-11-01T00:00:00Z");
    expect(await screen.findByText("The end must lie behind the beginning.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Start the export" }));
    expect(world.changes).toEqual([]);
  });

  it("says why the server did not begin it", async () => {
    const { user, world } = await renderApp("/exports?new=true");
    const [running] = world.exports;
    if (running !== undefined) world.exports = Array.from({ length: 5 }, (_, at) => ({ ...running, export_id: `${running.export_id}${at}` }));
    await user.click(await screen.findByRole("button", { name: "Start the export" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The export was not begun. This project has as many exports under way");
  });

  it("begins what failed again with the same choices", async () => {
    const { user, router } = await renderApp("/exports");
    await user.click(within((await rows())[3] as HTMLElement).getByRole("button", { name: "Start again" }));
    await waitFor(() => expect(router.state.location.search).toMatchObject({ format: "csv" }));
    expect(await screen.findByRole("radio", { name: "CSV" })).toBeChecked();
  });
});
