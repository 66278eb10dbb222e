import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { changeLanguage } from "@/app/i18n";
import { renderApp } from "@/testing/render-app";
import { reviewerPermissions } from "../../../dev/team";
import { optionsOf } from "./options";
import { metric } from "../../../dev/metrics";
import { makeFormat } from "@/shared/format";
import { light } from "@/shared/theme/tokens";
import { fromSearch, timeOf, toSearch } from "./view";

// jsdom has no layout: the picture itself is looked at in a browser, and its options below.
vi.mock("./drawn", () => ({ default: ({ label }: { label: string }) => <div role="img" aria-label={label} /> }));

const cardOf = async (question: string) => screen.findByRole("region", { name: question });

// Eleven charts with all their controls: jsdom takes its time over them.
describe("the monitoring page", { timeout: 60_000 }, () => {
  it("answers questions, each with its definition, its items and its numbers", async () => {
    const { user, router } = await renderApp("/monitoring");
    expect(await screen.findByRole("heading", { level: 1, name: "Monitoring" })).toBeVisible();
    const card = await cardOf("How often do people set the machine aside?");
    expect(await within(card).findByRole("img", { name: /How often do people/ })).toBeVisible();
    expect(within(card).getByRole("button", { name: /How it is counted: Counts: final verdicts that edit or reject/ })).toBeVisible();
    await user.click(within(card).getByRole("radio", { name: "Table" }));
    const rows = await within(card).findAllByRole("row");
    expect(rows).toHaveLength(31);
    await user.click(within(rows[1] as HTMLElement).getByRole("link", { name: /Items/ }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/items"));
    expect(router.state.location.search).toHaveProperty("received_from");
  });

  it("shows the interval of what is estimated", async () => {
    const { user } = await renderApp("/monitoring");
    const card = await cardOf("What slips through?");
    await user.click(await within(card).findByRole("radio", { name: "Table" }));
    expect((await within(card).findAllByText(/n 60/)).length).toBeGreaterThan(0);
    expect(await screen.findByText(/from 412 audits/)).toBeVisible();
  });

  it("keeps time and segment in the address", async () => {
    const { user, router } = await renderApp("/monitoring?range=7d");
    await user.click(await screen.findByRole("combobox", { name: "Time" }));
    await user.click(await screen.findByRole("option", { name: "Last 24 hours", hidden: true }));
    await waitFor(() => expect(router.state.location.search).toEqual({ range: "24h" }));
    await user.click(screen.getByRole("combobox", { name: "Segment" }));
    await user.click(await screen.findByRole("option", { name: "support:refund", hidden: true }));
    await waitFor(() => expect(router.state.location.search).toEqual({ range: "24h", segment: "support:refund" }));
  });

  it("says what is missing where there is no data yet", async () => {
    await renderApp("/monitoring", { mood: "empty" });
    const card = await cardOf("What slips through?");
    expect(await within(card).findByText(/once an audit of a released item has been answered/)).toBeVisible();
    expect(within(card).queryByRole("img")).toBeNull();
    expect(await screen.findByText("No audit has found an error in what was released.")).toBeVisible();
  });

  it("says so where there are few audits", async () => {
    await renderApp("/monitoring", { mood: "ugly" });
    const card = await cardOf("What slips through?");
    expect(await within(card).findByText(/Only 12 audits: the interval is wide/)).toBeVisible();
  });

  it("lists what is not counted yet with what it needs", async () => {
    const { user } = await renderApp("/monitoring");
    await user.click(await screen.findByText("Not counted yet"));
    expect(screen.getByText("Right on gold items")).toBeVisible();
    expect(screen.getByText("needs: gold items with known answers")).toBeVisible();
  });

  it("saves each chart as a table", async () => {
    const asked: string[] = [];
    const { user, world } = await renderApp("/monitoring");
    vi.stubGlobal("fetch", (request: Request) => {
      if (request.headers.get("Accept") === "text/csv") {
        asked.push(new URL(request.url).searchParams.get("name") ?? "");
        return Promise.resolve(new Response("from,to\r\n", { headers: { "Content-Type": "text/csv" } }));
      }
      return world.answer(request);
    });
    URL.createObjectURL = () => "blob:here";
    URL.revokeObjectURL = () => undefined;
    const card = await cardOf("Are we in time?");
    await user.click(await within(card).findByRole("button", { name: /Save as CSV/ }));
    await waitFor(() => expect(asked).toEqual(["deadlines_kept"]));
  });

  it("is there in German", async () => {
    await renderApp("/monitoring");
    await act(() => changeLanguage("de"));
    expect(await screen.findByRole("heading", { level: 1, name: "Überwachung" })).toBeVisible();
    expect(await cardOf("Was rutscht durch?")).toBeVisible();
  });

  it("says who may see it to those who may not", async () => {
    await renderApp("/monitoring", { roles: ["reviewer"], permissions: reviewerPermissions });
    expect(await screen.findByText("Your role cannot see the metrics")).toBeVisible();
  });
});

describe("the address", () => {
  it("falls back to the usual view", () => {
    expect(fromSearch({ range: "soon", segment: 7 })).toEqual({ range: "30d", segment: null });
    expect(toSearch({ range: "30d", segment: null })).toEqual({ range: undefined, segment: undefined });
  });
  it("asks for as many days as it says", () => {
    expect(timeOf("7d", new Date("2026-11-21T12:00:00Z"))).toEqual({ from: "2026-11-15T12:00:00.000Z", step: "day" });
  });
});

describe("the options of a chart", () => {
  const look = {
    colours: light,
    format: makeFormat("en-GB", ((key: string) => key) as never),
    moment: (at: string) => at.slice(0, 10),
    words: { interval: "95% interval", above: "alarm above", below: "alarm below" },
      isNarrow: false,
  };
  const told = (name: string, by = "") => metric(new URLSearchParams({ name, by }), "full", new Date("2026-11-21T12:00:00Z"));
  // read here as a stranger would read them
  const options = (name: string, by = "") => optionsOf(told(name, by), look) as never as { [part: string]: any }; // eslint-disable-line @typescript-eslint/no-explicit-any

  it("draws the interval of an estimate, and of nothing else", () => {
    expect(options("audit_escape_rate")["series"].map((one: { name: string }) => one.name)).toEqual(["low", "high", ""]);
    expect(options("escalation_rate")["series"]).toHaveLength(1);
  });
  it("draws the limits of an alarm with their words", () => {
    const limits = options("override_rate")["series"][0].markLine.data;
    expect(limits.map((one: { yAxis: number }) => one.yAxis)).toEqual([0.3, 0.02]);
    expect(limits[0].label.formatter).toBe("alarm above 30%");
  });
  it("tells lines apart by dashes, not by colour alone", () => {
    const types = options("items_decided", "source")["series"].map((one: { lineStyle: { type: unknown } }) => JSON.stringify(one.lineStyle.type));
    expect(new Set(types).size).toBe(types.length);
  });
  it("starts at zero unless it is logarithmic", () => {
    expect(options("escalation_rate")["yAxis"].min).toBe(0);
    expect(options("resolution_time")["yAxis"].type).toBe("log");
  });
  it("writes tooltips as text in which a name is never a mark", () => {
    const made = optionsOf({ ...told("reviews_given"), series: [{ ...told("reviews_given").series[0]!, key: "x", label: "{b|<b>x</b>}" }] }, look) as never as { tooltip: { renderMode: string; formatter: (given: unknown) => string } };
    expect(made.tooltip.renderMode).toBe("richText");
    expect(made.tooltip.formatter([{ dataIndex: 3 }])).not.toMatch(/[{}|]/);
  });
  it("stands still where motion is unwanted", () => expect(options("escalation_rate")["animation"]).toBe(false));
});
