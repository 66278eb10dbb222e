import { screen, waitFor, within } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import { completeJsdom } from "@/testing/show";
import { renderApp } from "@/testing/render-app";
import { policyYaml } from "../../../dev/letters";
import { reviewerPermissions } from "../../../dev/team";

beforeAll(completeJsdom);

/** Unfinished work of this browser. */
function withDraft(yaml: string, base = 14): void {
  window.localStorage.setItem("handrail.policy-draft.claims-europe", JSON.stringify({ yaml, base, at: "2026-11-21T10:31:00.000Z" }));
}
const looser = policyYaml.replace("above: 0.92", "above: 0.90");
const faulty = policyYaml.replace("deadline: 4h", "deadlin: 4h");

describe("the policy page", () => {
  it("shows the active version and says each rule in words", async () => {
    const { user } = await renderApp("/policy");
    expect(await screen.findByRole("heading", { level: 1, name: "Policy, version 14" })).toBeVisible();
    await user.click(screen.getByRole("radio", { name: "In words" }));
    expect(await screen.findByText("metadata.amount >= 2500")).toBeVisible();
    expect(screen.getByText("Nobody has certified this number.")).toBeVisible();
    expect(screen.getByText(/Supervisor: for seniors\./)).toBeVisible();
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

  it("offers those who may only read no button that changes anything", async () => {
    await renderApp("/policy", { roles: ["auditor"], permissions: ["policies.read", "project.read"] });
    expect(await screen.findByText(/Leads and engineers write policies/)).toBeVisible();
    for (const name of ["Edit", "Roll back", "Activate"]) expect(screen.queryByRole("button", { name })).toBeNull();
  });
});

describe("a draft", () => {
  it("is offered again, and discarded", async () => {
    withDraft(looser);
    const { user, router } = await renderApp("/policy");
    await user.click(await screen.findByRole("button", { name: "Continue" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Policy, draft on version 14" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Discard the draft" }));
    await waitFor(() => expect(router.state.location.search).toEqual({}));
    expect(window.localStorage.getItem("handrail.policy-draft.claims-europe")).toBeNull();
  });

  it("names its faults with their place, and cannot be proposed", async () => {
    withDraft(faulty);
    const { user } = await renderApp("/policy?draft=true");
    expect(await screen.findByRole("button", { name: /did you mean "deadline"\?/ })).toBeVisible();
    expect(screen.getByText("1 fault")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Propose" }));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("shows hostile names as text", async () => {
    withDraft(faulty);
    const { container } = await renderApp("/policy?draft=true", { mood: "ugly" });
    expect(await screen.findByText(/<img src=x onerror=alert\(1\)>/)).toBeVisible();
    expect(container.querySelector("img[src=x]")).toBeNull();
  });

  it("tells what it would change, with more release marked, and is proposed with a note", async () => {
    withDraft(looser);
    const { user, world } = await renderApp("/policy?draft=true");
    expect(await screen.findByText("Together: more outputs may leave without a person.")).toBeVisible();
    expect(screen.getByText("Lets more out")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Propose" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "Propose" }));
    expect(await within(dialog).findByText("Say why, so that others know what to look at.")).toBeVisible();
    await user.type(within(dialog).getByRole("textbox", { name: /Why/ }), "Fewer easy ones");
    await user.click(within(dialog).getByRole("button", { name: "Propose" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Policy, version 16" })).toBeVisible();
    expect(world.policies[0]).toMatchObject({ state: "proposed", note: "Fewer easy ones", base: 14, yaml: looser });
  });

  it("says that another version was activated meanwhile", async () => {
    withDraft(looser, 12);
    await renderApp("/policy?draft=true");
    expect(await screen.findByText(/Version 14 was activated meanwhile; this draft was begun on version 12/)).toBeVisible();
  });

  it("changes an error in place and keeps the comments", async () => {
    withDraft(policyYaml);
    const { user } = await renderApp("/policy?draft=true&view=errors");
    await user.click(await screen.findByRole("button", { name: "Change Missing section" }));
    const form = screen.getByRole("form", { name: "Change Missing section" });
    await user.selectOptions(within(form).getByRole("combobox", { name: "Severity" }), "Critical");
    await user.type(within(form).getByRole("textbox", { name: /Tolerated/ }), "2%");
    await user.click(within(form).getByRole("button", { name: "Into the draft" }));
    await waitFor(() => expect(window.localStorage.getItem("handrail.policy-draft.claims-europe")).toContain("missing_section: {severity: critical, tolerate: 2%}"));
    const kept = JSON.parse(window.localStorage.getItem("handrail.policy-draft.claims-europe") ?? "{}").yaml;
    expect(kept).toBe(policyYaml.replace("missing_section: {severity: minor}", "missing_section: {severity: critical, tolerate: 2%}"));
  });

  it("marks an error that came more often than is tolerated", async () => {
    await renderApp("/policy?view=errors");
    const row = await screen.findByRole("row", { name: /Wrong amount/ });
    expect(await within(row).findByText("Above what is tolerated")).toBeVisible();
    expect(screen.getByRole("row", { name: /Tone/ })).toHaveTextContent("not in the policy");
  });
});

describe("a version on its way", () => {
  it("is activated after its effects were shown", async () => {
    const { user, world } = await renderApp("/policy?version=15");
    const proposal = world.policies.find((one) => one.version === 15);
    if (proposal !== undefined) proposal.yaml = looser;
    await user.click(await screen.findByRole("button", { name: "Activate" }));
    const dialog = await screen.findByRole("dialog");
    expect(await within(dialog).findByText("Together: more outputs may leave without a person.")).toBeVisible();
    await user.click(within(dialog).getByRole("button", { name: "Activate" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Policy, version 15" })).toBeVisible();
    expect(world.policies.find((one) => one.version === 14)?.state).toBe("past");
  });

  it("waits for a second person where the project wants one", async () => {
    const { user, world } = await renderApp("/policy?version=15", { needsApproval: true });
    expect(await screen.findByText("A second person must approve a version before it is activated.")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Activate" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Approve" }));
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Approve" }));
    expect(await screen.findByRole("button", { name: "Activate" })).toBeVisible();
    expect(world.policies[0]?.approved_by).toBe(world.me.person.person_id);
  });

  it("asks for a second person once an admin has said so", async () => {
    const { user, world } = await renderApp("/policy");
    await user.click(await screen.findByRole("button", { name: "Ask for a second person" }));
    expect(await screen.findByText("A second person must approve a version before it is activated.")).toBeVisible();
    expect(world.needsApproval).toBe(true);
  });

  it("tells who decided on another one that things have moved", async () => {
    const { user, world } = await renderApp("/policy?version=15");
    await user.click(await screen.findByRole("button", { name: "Activate" }));
    const dialog = await screen.findByRole("dialog");
    for (const one of world.policies) if (one.version === 14) one.state = "past";
    for (const one of world.policies) if (one.version === 13) one.state = "active";
    await user.click(within(dialog).getByRole("button", { name: "Activate" }));
    expect(await within(dialog).findByText(/Another version was activated meanwhile/)).toBeVisible();
  });

  it("is taken back with a reason", async () => {
    const { user, world } = await renderApp("/policy");
    await user.click(await screen.findByRole("button", { name: "Roll back" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "Roll back" }));
    expect(await within(dialog).findByText("Say why, so that others know what to look at.")).toBeVisible();
    await user.type(within(dialog).getByRole("textbox", { name: /Why/ }), "Wrong sums");
    await user.click(within(dialog).getByRole("button", { name: "Roll back" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Policy, version 13" })).toBeVisible();
    expect(world.policies.find((one) => one.version === 13)?.state).toBe("active");
  });

  it("is tried on a recent item, step by step", async () => {
    const { user } = await renderApp("/policy?view=try");
    const paper = await screen.findByRole("region", { name: "Policy, version 14" });
    const recent = await within(paper).findAllByRole("button", { name: /EUR/ });
    if (recent[0] !== undefined) await user.click(recent[0]);
    expect(await screen.findByRole("heading", { name: /To a person: Adjudication contracts/ })).toBeVisible();
    expect(screen.getByText("Supervisor: answers for the risk")).toBeVisible();
    expect(screen.getByText("decides")).toBeVisible();
    await user.click(screen.getByRole("radio", { name: "Paste JSON" }));
    await user.clear(screen.getByRole("textbox", { name: /The item/ }));
    await user.type(screen.getByRole("textbox", { name: /The item/ }), "no json");
    await user.click(screen.getByRole("button", { name: "Try" }));
    expect(await screen.findByText(/This is no JSON/)).toBeVisible();
  });
});
