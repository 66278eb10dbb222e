import { screen, waitFor, within } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import { renderApp } from "@/testing/render-app";
import { reviewerPermissions } from "../../../dev/team";

describe("own settings", () => {
  it("take effect at once and are kept by the server", async () => {
    const { user, world } = await renderApp("/settings/reading");
    await user.click(await screen.findByRole("radio", { name: "Mono" }));
    await waitFor(() => expect(document.documentElement.style.getPropertyValue("--read")).toBe("var(--code)"));
    await waitFor(() => expect(world.me.settings).toMatchObject({ reading: { face: "mono", size: 17 } }));
  });

  it("are taken back when the server refuses them", async () => {
    const { user, world } = await renderApp("/settings/reading");
    const mono = await screen.findByRole("radio", { name: "Mono" });
    world.me = { ...world.me, csrf_token: "another" };
    await user.click(mono);
    expect(await screen.findByText(/That was not saved/)).toBeVisible();
    expect(screen.getByRole("radio", { name: "Serif" })).toBeChecked();
  });

  it("change the language of the page", async () => {
    const { user } = await renderApp("/settings");
    await user.click(await screen.findByRole("radio", { name: "Deutsch" }));
    expect(await screen.findByRole("heading", { name: "Einstellungen" })).toBeVisible();
    expect(document.documentElement.lang).toBe("de");
    await user.click(screen.getByRole("radio", { name: "English" }));
    expect(await screen.findByRole("heading", { name: "Settings" })).toBeVisible();
  });
});

describe("keys", () => {
  it("can be changed, and act as chosen", async () => {
    const { user, world, router } = await renderApp("/settings/keys");
    await user.click(await screen.findByLabelText("Change the key for: Go to items"));
    await user.keyboard("gl");
    await waitFor(() => expect(world.me.settings).toMatchObject({ keys: { bindings: { goItems: "G L" } } }));
    await user.keyboard("gl");
    await waitFor(() => expect(router.state.location.pathname).toBe("/items"));
  });

  it("refuse what browsers and screen readers need, and what is taken", async () => {
    const { user } = await renderApp("/settings/keys");
    await user.click(await screen.findByRole("button", { name: "Change the key for: Reject" }));
    await user.keyboard("{Control>}f{/Control}");
    expect(await screen.findByText("Ctrl F is needed by browsers or screen readers.")).toBeInTheDocument();
    await user.keyboard("a");
    expect(await screen.findByText("A does something else already.")).toBeInTheDocument();
    await user.keyboard("b");
    expect(await screen.findByRole("button", { name: "Default key for: Reject" })).toBeVisible();
  });

  it("can all be turned off", async () => {
    const { user, world, router } = await renderApp("/settings/keys");
    await user.click(await screen.findByRole("switch", { name: /Work with single keys/ }));
    await waitFor(() => expect(world.me.settings).toMatchObject({ keys: { single: false }, keys_asked: true }));
    (document.activeElement as HTMLElement).blur();
    await user.keyboard("gi");
    expect(router.state.location.pathname).toBe("/settings/keys");
  });
});

describe("people", () => {
  it("are added with a link that is shown once", async () => {
    const { user, world } = await renderApp("/settings/people");
    await user.click(await screen.findByRole("button", { name: "Add a person" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("Name"), "Reviewer 12");
    await user.type(dialog.getByLabelText("E-mail"), "reviewer12@example.org");
    await user.type(dialog.getByLabelText("Skills"), "claims, Motor");
    await user.click(dialog.getByRole("button", { name: "Add a person" }));
    expect(await dialog.findByText(/\/accept#/)).toBeInTheDocument();
    expect(world.people.at(-1)).toMatchObject({ name: "Reviewer 12", roles: ["reviewer"], skills: ["claims", "motor"] });
    await user.click(dialog.getByRole("button", { name: "Done" }));
    expect(await screen.findByText("reviewer12@example.org")).toBeVisible();
  });

  it("say beside the field what the server refuses", async () => {
    const { user } = await renderApp("/settings/people");
    await user.click(await screen.findByRole("button", { name: "Add a person" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("Name"), "Again");
    await user.type(dialog.getByLabelText("E-mail"), "reviewer3@example.org");
    await user.click(dialog.getByRole("button", { name: "Add a person" }));
    await waitFor(() =>
      expect(dialog.getByLabelText("E-mail")).toHaveAccessibleDescription("This person belongs to the project already."),
    );
  });

  it("get other roles, and are removed by name", async () => {
    const { user, world } = await renderApp("/settings/people");
    await user.click(await screen.findByRole("button", { name: "Edit Reviewer 3" }));
    let dialog = within(await screen.findByRole("dialog"));
    await user.click(dialog.getByRole("checkbox", { name: "Lead" }));
    await user.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(world.people[1]?.roles).toEqual(["senior", "lead"]));

    await user.click(await screen.findByRole("button", { name: "Edit Reviewer 3" }));
    dialog = within(await screen.findByRole("dialog"));
    await user.click(dialog.getByRole("button", { name: "Remove from the project" }));
    await user.click(dialog.getByRole("button", { name: "Remove Reviewer 3" }));
    await waitFor(() => expect(world.people.some((one) => one.name === "Reviewer 3")).toBe(false));
  });

  it("can be looked at, not changed, by others", async () => {
    await renderApp("/settings/people", { roles: ["reviewer"], permissions: reviewerPermissions });
    expect(await screen.findByText("An admin can change this list.")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Edit/ })).toBeNull();
  });
});

describe("long lists", () => {
  it.each([
    ["people", ["Person 0", "Person 99"], "Person 100", "Person 229", 2],
    ["api-keys", ["Key 0", "Key 99"], "Key 100", "Key 119", 1],
  ])("of %s are shown to their end", async (section, first, next, last, presses) => {
    const { user, world, router } = await renderApp("/settings");
    const [someone] = world.people;
    const [key] = world.keys;
    if (someone === undefined || key === undefined) throw new Error("the invented server has people and keys");
    world.people = Array.from({ length: 230 }, (_, at) => ({ ...someone, person_id: `p-${at}`, name: `Person ${at}` }));
    world.keys = Array.from({ length: 120 }, (_, at) => ({ ...key, key_id: `k-${at}`, name: `Key ${at}` }));
    await router.navigate({ to: "/settings/{-$section}", params: { section } });
    for (const name of first) expect(await screen.findByText(name)).toBeInTheDocument();
    expect(screen.queryByText(next)).toBeNull();
    for (let press = 0; press < presses; press++) {
      await user.click(screen.getByRole("button", { name: "Show more" }));
      await screen.findByText(press + 1 === presses ? last : next);
    }
    expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
  });
});

describe("API keys", () => {
  it("show their secret once", async () => {
    const { user, world } = await renderApp("/settings/api-keys");
    await user.click(await screen.findByRole("button", { name: "Make an API key" }));
    let dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("Name"), "staging");
    await user.click(dialog.getByRole("button", { name: "Make an API key" }));
    expect(await dialog.findByText(/^hrk_m4k3t1me_/)).toBeInTheDocument();
    await user.click(dialog.getByRole("button", { name: "Done" }));
    await waitFor(() => expect(screen.queryByText(/^hrk_m4k3t1me_0/)).toBeNull());
    expect(world.keys[0]).toMatchObject({ name: "staging", key: null });

    await user.click(await screen.findByRole("button", { name: "Make an API key" }));
    dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByLabelText("Name")).toHaveValue("");
  });

  it("are revoked by name", async () => {
    const { user, world } = await renderApp("/settings/api-keys");
    await user.click(await screen.findByRole("button", { name: "Revoke nightly export" }));
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Revoke nightly export" }));
    await waitFor(() => expect(world.keys.find((key) => key.name === "nightly export")?.revoked_at).not.toBeNull());
  });

  it("are closed to those who may not manage them, with the way out", async () => {
    await renderApp("/settings/api-keys", { roles: ["reviewer"], permissions: reviewerPermissions });
    expect(await screen.findByText("Only engineers and admins manage API keys")).toBeVisible();
  });
});

describe("webhooks", () => {
  beforeAll(() => import("./webhooks/webhooks-section")); // a chunk of its own: what is tested is not how fast it loads

  it("show how each receiver answers, in words as well", async () => {
    await renderApp("/settings/webhooks");
    await screen.findByRole("heading", { name: "claims-app" }, { timeout: 10_000 }); // a chunk of its own
    const cards = screen.getAllByRole("listitem");
    const [well, failing, off] = cards.filter((card) => within(card).queryByRole("heading", { level: 3 }) !== null);
    expect(within(well!).getByText("Answers")).toBeVisible();
    expect(within(well!).getByRole("img", { name: "The last 50 calls: 1 failed" })).toBeInTheDocument();
    expect(within(failing!).getByText("Does not answer")).toBeVisible();
    expect(within(failing!).getByText("3 given up")).toBeVisible();
    expect(within(failing!).getByText(/No whole answer within 15 s/)).toBeVisible();
    expect(within(off!).getByText(/wants nothing any more/)).toBeVisible();
    expect(within(off!).getByRole("button", { name: "Send a test to old-gateway" })).toBeDisabled();
  });

  it("are made with a secret that is shown once", async () => {
    const { user, world } = await renderApp("/settings/webhooks");
    await user.click(await screen.findByRole("button", { name: "Add a webhook" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("Name"), "billing");
    await user.type(dialog.getByLabelText("Address"), "https://billing.example.org/hooks");
    await user.click(dialog.getByRole("button", { name: "Add a webhook" }));
    expect(await dialog.findByText(/^whsec_/)).toBeInTheDocument();
    await user.click(dialog.getByRole("button", { name: "Done" }));
    await waitFor(() => expect(screen.queryByText(/^whsec_/)).toBeNull());
    expect(world.outgoing.webhooks.at(-1)).toMatchObject({ name: "billing", types: ["item.released", "item.blocked", "item.recalled"] });
  });

  it("say beside the address why it may not be called", async () => {
    const { user } = await renderApp("/settings/webhooks");
    await user.click(await screen.findByRole("button", { name: "Add a webhook" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("Name"), "inside");
    await user.type(dialog.getByLabelText("Address"), "http://10.0.0.4/hook");
    await user.click(dialog.getByRole("button", { name: "Add a webhook" }));
    await waitFor(() => expect(dialog.getByLabelText("Address")).toHaveAccessibleDescription(/10\.0\.0\.4 is inside a private network/));
  });

  it("warn before another host gets a new secret, then show it", async () => {
    const { user, world } = await renderApp("/settings/webhooks");
    await user.click(await screen.findByRole("button", { name: "Edit claims-app" }));
    const dialog = within(await screen.findByRole("dialog"));
    const address = await dialog.findByLabelText("Address");
    await user.clear(address);
    await user.type(address, "https://claims.example.com/hooks");
    expect(dialog.getByText(/The present one is void at once/)).toBeVisible();
    await user.click(dialog.getByRole("button", { name: "Save" }));
    expect(await dialog.findByText(/^whsec_/)).toBeInTheDocument();
    expect(world.outgoing.webhooks[0]?.url).toBe("https://claims.example.com/hooks");
  });

  it("get a new secret beside the old one", async () => {
    const { user, world } = await renderApp("/settings/webhooks");
    await user.click(await screen.findByRole("button", { name: "A new secret for crm" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.click(dialog.getByRole("radio", { name: "7 days" }));
    await user.click(dialog.getByRole("button", { name: "New secret" }));
    expect(await dialog.findByText(/^whsec_/)).toBeInTheDocument();
    expect(world.changes.at(-1)).toMatchObject({ path: "/webhooks/crm/rotate", body: { overlap: "7d" } });
  });

  it("show what was given up first, and send it again", async () => {
    const { user, world } = await renderApp("/settings/webhooks");
    await user.click(await screen.findByRole("button", { name: "Deliveries of crm" }));
    expect(await screen.findByRole("radio", { name: "Given up" })).toBeChecked();
    const [again] = await screen.findAllByRole("button", { name: /^Send again: item.released about/ });
    await user.click(again!);
    await waitFor(() => expect(world.changes.at(-1)?.path).toMatch(/^\/deliveries\/.+\/replay$/));
    await user.click(screen.getByRole("button", { name: "Send a span again" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("From"), "2026-11-20T10:00");
    await user.type(dialog.getByLabelText("Until"), "2026-11-19T10:00");
    await user.click(dialog.getByRole("button", { name: "Send again" }));
    expect(dialog.getByText("Choose a beginning before the end.")).toBeVisible();
    await user.clear(dialog.getByLabelText("Until"));
    await user.click(dialog.getByRole("button", { name: "Send again" }));
    expect(await dialog.findByText("They are on their way.")).toBeInTheDocument();
    expect(world.changes.at(-1)).toMatchObject({ path: "/deliveries/replay", body: { webhook: "crm" } });
  });

  it("say what to do when there is none", async () => {
    await renderApp("/settings/webhooks", { mood: "empty" });
    expect(await screen.findByText("No webhook yet")).toBeVisible();
  });

  it("are closed to those who may not manage them", async () => {
    await renderApp("/settings/webhooks", { roles: ["reviewer"], permissions: reviewerPermissions });
    expect(await screen.findByText("Only engineers and admins manage webhooks")).toBeVisible();
  });
});
