import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { renderApp } from "@/testing/render-app";

describe("signing in", () => {
  it("leads to where one wanted to go", async () => {
    const { user, router } = await renderApp("/items?verdict=edit", { signedIn: false });
    await user.type(await screen.findByLabelText("E-mail"), "reviewer7@example.org");
    await user.type(screen.getByLabelText("Password"), "correct horse battery{Enter}");
    expect(await screen.findByText("4 items")).toBeVisible();
    expect(router.state.location.href).toBe("/items?verdict=edit");
  });

  it("says the same whatever was wrong, and is not tried again by itself", async () => {
    const { user, world } = await renderApp("/sign-in", { signedIn: false });
    await user.type(await screen.findByLabelText("E-mail"), "nobody@example.org");
    await user.type(screen.getByLabelText("Password"), "wrong{Enter}");
    expect(await screen.findByText("That did not work. Check address and password.")).toBeVisible();
    expect(world.changes).toHaveLength(1);
  });

  it.each(["//evil.example.org", "https://evil.example.org", "/\\evil.example.org"])(
    "never leads away to %s",
    async (next) => {
      const { user, router } = await renderApp(`/sign-in?next=${encodeURIComponent(next)}`, { signedIn: false });
      await user.type(await screen.findByLabelText("E-mail"), "reviewer7@example.org");
      await user.type(screen.getByLabelText("Password"), "correct horse battery{Enter}");
      await waitFor(() => expect(router.state.location.pathname).toBe("/queues"));
    },
  );
});

describe("the company's sign-on", () => {
  const signOn = { name: "Example Ltd", alone: false };

  it("stands beside the password and comes back to where one wanted to go", async () => {
    await renderApp("/items?verdict=edit", { signedIn: false, signOn });
    const link = await screen.findByRole("link", { name: "Sign in with Example Ltd" });
    expect(link).toHaveAttribute("href", `/v1/sessions/oidc/start?next=${encodeURIComponent("/items?verdict=edit")}`);
    expect(screen.getByLabelText("Password")).toBeVisible();
  });

  it("is the only way where passwords are off", async () => {
    await renderApp("/sign-in", { signedIn: false, signOn: { ...signOn, alone: true } });
    expect(await screen.findByRole("link", { name: "Sign in with Example Ltd" })).toBeVisible();
    expect(screen.queryByLabelText("Password")).toBeNull();
  });

  it.each([
    ["sign_on_unknown", "No active person here has your e-mail address."],
    ["sign_on_expired", "This took too long"],
    ["sign_on_away", "Example Ltd does not answer"],
    ["rate_limited", "Too many tries."],
    ["<b>whatever</b>", "Example Ltd did not let you in."],
  ])("says in words why %s", async (problem, words) => {
    await renderApp(`/sign-in?problem=${encodeURIComponent(problem)}`, { signedIn: false, signOn });
    expect(await screen.findByRole("alert")).toHaveTextContent(words);
  });

  it("opens a page of its own when the session ended, and goes on when one comes back", async () => {
    const { user, world } = await renderApp("/items", { signOn: { ...signOn, alone: true } });
    await screen.findByText("24 items");
    world.isSignedIn = false;
    await user.keyboard("j");
    const dialog = await screen.findByRole("dialog", { name: "Your session has ended" });
    expect(await within(dialog).findByRole("link", { name: "Sign in with Example Ltd" })).toHaveAttribute("target", "_blank");
    window.dispatchEvent(new Event("focus"));
    await new Promise((done) => setTimeout(done, 0));
    expect(screen.getByRole("dialog")).toBeVisible();
    world.isSignedIn = true;
    window.dispatchEvent(new Event("focus"));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });
});

describe("a session that ends by time", () => {
  it("asks to sign in again above the page, and goes on where it was", async () => {
    const { user, world } = await renderApp("/items");
    await screen.findByText("24 items");
    world.isSignedIn = false;
    await user.keyboard("j");
    const dialog = await screen.findByRole("dialog", { name: "Your session has ended" });
    expect(screen.getByText("24 items")).toBeInTheDocument();
    await user.type(await within(dialog).findByLabelText("Password"), "correct horse battery{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(await screen.findByText("What happened")).toBeVisible();
  });
});

describe("the first set-up", () => {
  beforeEach(() => {
    window.location.hash = "#example-setup-token-0000";
  });

  const fillYou = async (user: Awaited<ReturnType<typeof renderApp>>["user"], password: string) => {
    await user.type(await screen.findByLabelText("Name"), "Reviewer 7");
    await user.type(screen.getByLabelText("E-mail"), "reviewer7@example.org");
    await user.type(screen.getByLabelText("Password"), password);
    await user.click(screen.getByRole("button", { name: "Next" }));
  };

  it("makes the admin and the project in three steps, and shows the first key once", async () => {
    const { user, world, router } = await renderApp("/setup", { signedIn: false, mood: "empty" });
    await fillYou(user, "correct horse battery");
    await user.type(await screen.findByLabelText("Name"), "Claims, Europe");
    expect(screen.getByLabelText("Short name")).toHaveValue("claims-europe");
    await user.click(screen.getByRole("button", { name: "Create both" }));
    expect(await screen.findByText("It is ready")).toBeVisible();
    expect(world.changes[0]?.body).toMatchObject({
      token: "example-setup-token-0000",
      name: "Reviewer 7",
      project: { slug: "claims-europe", name: "Claims, Europe" },
    });
    expect(window.location.hash).toBe("");

    await user.click(screen.getByRole("button", { name: "Make an API key" }));
    expect(await screen.findByText(/hrk_m4k3t1me_/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Go to the queues" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/queues"));
  });

  it("wants a password long enough before anything is sent", async () => {
    const { user, world } = await renderApp("/setup", { signedIn: false });
    await fillYou(user, "short");
    expect(await screen.findByText("Take at least 12 characters.")).toBeVisible();
    expect(world.changes).toHaveLength(0);
  });

  it("says when the link was used already", async () => {
    const { user, world } = await renderApp("/setup", { signedIn: false });
    world.setupToken = null;
    await fillYou(user, "correct horse battery");
    await user.type(await screen.findByLabelText("Name"), "Claims");
    await user.click(screen.getByRole("button", { name: "Create both" }));
    expect(await screen.findByText("This link was used already, or it is not complete.")).toBeVisible();
  });

  it("says when the link is not whole", async () => {
    window.location.hash = "";
    await renderApp("/setup", { signedIn: false });
    expect(await screen.findByText("This link is not complete")).toBeVisible();
  });
});

describe("an invite", () => {
  it("lets choose a password and leads in", async () => {
    window.location.hash = "#example-invite-token-0000";
    const { user, world, router } = await renderApp("/accept", { signedIn: false });
    await user.type(await screen.findByLabelText("Password"), "correct horse battery{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/queues"));
    expect(world.changes[0]).toMatchObject({ path: "/people/accept" });
    expect(window.location.hash).toBe("");
  });
});
