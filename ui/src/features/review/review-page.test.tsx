import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { AssignmentOut } from "@/api/schema";
import { prepare, show } from "@/testing/show";
import { ReviewPage } from "./review-page";
import { letter, letterAssignment, stories } from "./testing/items";
import { refuse, StoryApi } from "./testing/story-api";

vi.setConfig({ testTimeout: 60_000 });
beforeAll(prepare);

const awake = () => act(() => new Promise((done) => setTimeout(done, 260)));

async function open(first: AssignmentOut = letterAssignment(), options: { next?: AssignmentOut[]; single?: boolean } = {}) {
  const api = new StoryApi(first, options.next ?? [stories.chat()]);
  const user = userEvent.setup();
  const onLeave = vi.fn();
  const onNext = vi.fn();
  show(<ReviewPage assignmentId={first.assignment_id} onLeave={onLeave} onNextAssignment={onNext} api={api} />, { keys: { single: options.single ?? true } });
  await screen.findByRole("region", { name: "Your verdict" });
  await awake();
  return { api, user, onLeave, onNext, first };
}

const dock = () => within(screen.getByRole("region", { name: "Your verdict" }));

describe("reading", () => {
  it("shows why the item is here, what was asked, the output with its findings, and the evidence", async () => {
    await open();
    expect(screen.getByText(/Here because/)).toHaveTextContent("a figure was not found in the context and the amount is over EUR 2,500.");
    expect(screen.getByRole("complementary", { name: "What was asked" })).toHaveTextContent("CLM-48213");
    const output = screen.getByRole("article", { name: "Model output" });
    expect(output).toHaveTextContent("[finding 1, Major, start]");
    expect(within(output).getByText("ZWSP")).toBeInTheDocument();
    const findings = screen.getByRole("complementary", { name: "Findings and evidence" });
    expect(within(findings).getByRole("button", { name: /Excess differs from the policy/ })).toHaveAttribute("aria-expanded", "true");
    expect(within(findings).getByText("for damage by escaping tap water EUR 300")).toBeInTheDocument();
    expect(findings).toHaveTextContent("9 checks passed");
    expect(findings).toHaveTextContent("1 did not run: Sanctions list timed out");
  });

  it("puts the focus on the heading, which says what is ahead", async () => {
    await open();
    expect(document.activeElement).toHaveTextContent(/Payout letters, 3 findings, Due in 4\d min/);
  });

  it("prefers no verdict: three buttons alike, none pressed", async () => {
    await open();
    const verdicts = ["Approve", "Edit", "Reject"].map((name) => dock().getByRole("button", { name }));
    expect(verdicts.map((one) => one.getAttribute("aria-pressed"))).toEqual(["false", "false", "false"]);
    expect(new Set(verdicts.map((one) => one.className)).size).toBe(1);
  });

  it("moves through findings by key and by arrow, and takes answers that fill the errors", async () => {
    const { user } = await open();
    await user.keyboard("jj");
    expect(screen.getByRole("button", { name: /Period to object/ })).toHaveAttribute("aria-expanded", "true");
    await user.keyboard("y");
    expect(screen.getByRole("button", { name: "Is an error" })).toHaveAttribute("aria-pressed", "true");
    screen.getByRole("button", { name: /Period to object/ }).focus();
    await user.keyboard("{ArrowUp}");
    expect(screen.getByRole("button", { name: /Hidden character before/ })).toHaveAttribute("aria-expanded", "true");
    await user.keyboard("r");
    expect(dock().getByRole("button", { name: "Wrong period" })).toHaveAttribute("aria-pressed", "true");
  });

  it("says that the machine's view is hidden, where it is", async () => {
    await open(stories.hidden());
    expect(screen.getByText("The machine's view opens after your verdict")).toBeInTheDocument();
    expect(document.querySelector("mark")).toBeNull();
  });

  it("says what a tool call would do, and that edit is not for this queue", async () => {
    const { user } = await open(stories["tool-call"]());
    expect(screen.getByText(/If approved, this runs: send_refund, 84.9, EUR, 90311/)).toBeInTheDocument();
    await user.keyboard("e");
    expect(dock().getByRole("button", { name: "Edit" })).toHaveAttribute("aria-disabled", "true");
    expect(screen.getByRole("article", { name: "Model output" })).toBeInTheDocument();
  });

  it("shows the raw text on U", async () => {
    const { user } = await open(stories.hostile());
    await user.keyboard("u");
    expect(screen.getByRole("group", { name: "Raw text, escaped" })).toHaveTextContent("acc\\u{202E}ount");
  });

  it("marks passages and shows where one is used", async () => {
    const { user, api } = await open();
    await user.keyboard("t");
    const passage = screen.getAllByRole("listitem").find((one) => one.textContent?.startsWith("Survey report"));
    if (!passage) throw new Error("the survey report is not listed");
    await user.click(within(passage).getByRole("button", { name: "Used" }));
    await user.click(within(passage).getByRole("button", { name: "Survey report" }));
    expect(document.querySelectorAll("mark[data-kind=sentence]").length).toBeGreaterThan(0);
    await user.keyboard("a");
    await waitFor(() => expect(api.reviews[0]?.body.passages).toEqual({ survey: "used" }));
  });
});

describe("approving", () => {
  it("takes one key: saved, the next item is on screen, and Z brings it back", async () => {
    const { user, api, onNext } = await open();
    await user.keyboard("a");
    expect(screen.getByText("It will be there on Thursday.")).toBeInTheDocument();
    await waitFor(() => expect(api.reviews.length).toBe(1));
    expect(api.reviews[0]?.body.warnings_shown).toEqual([`ZWSP x1, first at ${[...letter].indexOf("\u200b")}`]);
    expect(onNext).toHaveBeenCalled();
    expect(await screen.findByText("CLM-48213 approved")).toBeInTheDocument();
    await awake();
    await user.keyboard("z");
    expect(await screen.findByText(/burst washing machine hose in your kitchen/)).toBeInTheDocument();
  });

  it("cannot happen twice by a double press", async () => {
    const { api } = await open(letterAssignment(), { next: [stories.chat(), stories.code()] });
    act(() => {
      fireEvent.keyDown(document.body, { key: "a", code: "KeyA" });
    });
    act(() => {
      fireEvent.keyDown(document.body, { key: "a", code: "KeyA" });
    });
    await act(() => new Promise((done) => setTimeout(done, 300)));
    expect(api.reviews.length).toBe(1);
  });

  it("works by buttons alone when single keys are off", async () => {
    const { user, api } = await open(letterAssignment(), { single: false });
    await user.keyboard("a");
    expect(api.reviews.length).toBe(0);
    expect(dock().queryByText("A")).toBeNull();
    await user.click(dock().getByRole("button", { name: "Approve" }));
    await waitFor(() => expect(api.reviews.length).toBe(1));
  });

  it("asks for a reason first where the queue wants one with each verdict", async () => {
    const { user, api } = await open(stories.uncertified());
    await user.keyboard("a");
    await user.keyboard("w");
    await user.paste("Looks right");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(api.reviews[0]?.body).toMatchObject({ verdict: "approve", reason: "Looks right" }));
  });
});

describe("rejecting", () => {
  it("asks only what is needed, says what follows, and goes by keys alone", async () => {
    const { user, api } = await open();
    await user.keyboard("r");
    expect(dock().getByText(/the fallback is sent: “A colleague will write to you today.”/)).toBeInTheDocument();
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(dock().getByText("Say how bad it would have been.")).toBeInTheDocument();
    await user.keyboard("2");
    await user.keyboard("c");
    await user.keyboard("amo{Enter}{Escape}");
    await user.keyboard("w");
    await user.keyboard("aer");
    await user.paste(" took the general excess");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(api.reviews[0]?.body).toMatchObject({ verdict: "reject", severity: "major", categories: ["wrong_amount"], reason: "aer took the general excess", output: null }));
  });

  it("goes back to the verdicts on Esc and keeps what was said", async () => {
    const { user } = await open();
    await user.keyboard("r1");
    await user.keyboard("{Escape}");
    expect(dock().getByRole("button", { name: "Approve" })).toBeInTheDocument();
    await user.keyboard("r");
    expect(dock().getByRole("radio", { name: "Minor" })).toBeChecked();
  });

  it("comes back with what the server says", async () => {
    const { user, api } = await open();
    api.refuseNext = refuse(422, "invalid", "The verdict lacks something.", [["/reason", "A reason is asked because the severity is major."]]);
    await user.keyboard("r1");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByText(/A reason is asked because the severity is major\./, { selector: "[role=alert] *, [role=alert]" })).toBeInTheDocument();
    expect(screen.getByText(/burst washing machine hose in your kitchen/)).toBeInTheDocument();
  });
});

describe("leaving", () => {
  it("skips only with a reason", async () => {
    const { user, api } = await open();
    await user.keyboard("s");
    const dialog = await screen.findByRole("dialog", { name: "Skip this item" });
    await user.click(within(dialog).getByRole("button", { name: "Skip and go on" }));
    expect(api.returned).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Not my field" }));
    await user.click(within(dialog).getByRole("button", { name: "Skip and go on" }));
    await waitFor(() => expect(api.returned).toMatchObject([{ reason: "Not my field", skip: true }]));
    expect(await screen.findByText("It will be there on Thursday.")).toBeInTheDocument();
  });

  it("shows why there is nothing left", async () => {
    const { user } = await open(letterAssignment(), { next: [] });
    await user.keyboard("a");
    expect(await screen.findByText("Nothing is left in this queue.")).toBeInTheDocument();
  });

  it("offers the next item and a copy of the draft when the lease is lost", async () => {
    const { user, api, first } = await open();
    api.revoke(first.assignment_id);
    await act(async () => {
      window.dispatchEvent(new Event("online"));
      await new Promise((done) => setTimeout(done, 20));
    });
    expect(await screen.findByText("This item is no longer yours.")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Approve" })).toBeNull();
    await user.keyboard("{Enter}");
    expect(await screen.findByText("It will be there on Thursday.")).toBeInTheDocument();
  });
});

describe("the newer draft", () => {
  it("asks which one to use", async () => {
    const first = letterAssignment();
    window.localStorage.setItem(`handrail.draft.${first.assignment_id}`, JSON.stringify({ draft: { reason: "mine" }, editedAt: Date.now() - 60_000, given: null }));
    const { user } = await open({ ...first, unsent_review: { saved_at: new Date().toISOString(), review: { verdict: "reject", reason: "theirs" } } });
    expect(screen.getByText(/A newer draft from/)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Use it" }));
    expect(dock().getByRole("textbox", { name: "Reason" })).toHaveValue("theirs");
  });
});

describe("help", () => {
  it("opens on ?, and single keys rest while it is open", async () => {
    const { user, api } = await open();
    await user.keyboard("?");
    expect(await screen.findByRole("dialog", { name: "Keys" })).toHaveTextContent("Approve, save, next");
    await user.keyboard("a");
    expect(api.reviews.length).toBe(0);
  });
});
