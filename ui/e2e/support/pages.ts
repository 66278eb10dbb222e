/** Every page of the app and the states one can open by hand, in words of any language. */
import { expect, type Page } from "@playwright/test";
import type { Client } from "./api";
import { type Desk, newDesk, outcome, type Person } from "./desk";
import { hostile } from "./hostile";
import { KINDS, letter } from "./items";
import { pattern } from "./words";

export interface World {
  desk: Desk;
  /** Holds every role, so that every page is open. */
  all: Person;
  /** Decided items, by what they show. */
  items: Readonly<Record<"edited" | "hostile" | "long", string>>;
}

type Words = (path: string) => string;

export interface Place {
  readonly name: string;
  readonly path: (world: World) => string;
  readonly act?: (page: Page, t: Words, world: World) => Promise<void>;
  /** Opened without a session. */
  readonly stranger?: boolean;
}

/** Decides an item over HTTP as `who`. */
export async function decide(who: Client, fields: Record<string, unknown>): Promise<string> {
  const { assignments } = await who.post("/v1/assignments/claim", { limit: 1 });
  const [held] = assignments;
  await who.post(`/v1/assignments/${held.assignment_id}/review`, { fence: held.fence, active_ms: 9_000, ...fields });
  return held.item_id;
}

/** A project in which every page has something to show. */
export async function newWorld(project: string): Promise<World> {
  const desk = await newDesk(project);
  const all = await desk.person("Reviewer 7", "senior", "lead", "engineer", "auditor", "admin");
  await desk.admin.post("/v1/people", { email: `invited@${project}.example.org`, name: "Reviewer 8", roles: ["reviewer"] });
  const [first, second] = [letter(1), letter(2)];
  await desk.app.post("/v1/items", first);
  await desk.app.post("/v1/items", second);
  const edited = await decide(all.client, {
    verdict: "edit", severity: "major", categories: ["wrong_amount"], reason: "The report says 1,120.",
    output: { type: "text", text: String(first["output"]).replace("1,240.00", "1,120.00") },
  });
  await decide(all.client, { verdict: "reject", severity: "critical", reason: "The claim is not covered." });
  await desk.app.post("/v1/items", letter(3, { confidence: 0.97 }));
  const hostileItem = await desk.app.post("/v1/items", hostile("everywhere", 4));
  const long = await desk.app.post("/v1/items", letter(5, { ...KINDS["long"], key: "long" }));
  for (let number = 6; number <= 9; number++) await desk.app.post("/v1/items", letter(number));
  await desk.app.post("/v1/items", letter(10, { metadata: { claim: "CL-7010", amount: 60_000 } }));
  await outcome(desk, String(first["key"]));
  await all.client.post("/v1/exports", { format: "jsonl", filters: { domain: ["claims"] } });
  return { desk, all, items: { edited, hostile: hostileItem.item_id, long: long.item_id } };
}

const press = (...keys: string[]) => async (page: Page) => {
  for (const key of keys) await page.keyboard.press(key);
};
const tab = (path: string) => async (page: Page, t: Words) => page.getByRole("tab", { name: t(path) }).click();
const button = (path: string) => async (page: Page, t: Words) => page.getByRole("button", { name: pattern(t(path)) }).first().click();
const dialog = (path: string) => async (page: Page, t: Words) => {
  await button(path)(page, t);
  await page.getByRole("dialog").waitFor();
};

export const PLACES: readonly Place[] = [
  { name: "sign-in", path: () => "/sign-in", stranger: true },
  {
    name: "sign-in-refused", path: () => "/sign-in", stranger: true,
    act: async (page, t) => {
      await page.getByLabel(t("access:email")).fill("nobody@example.org");
      await page.getByLabel(t("access:password"), { exact: true }).fill("not the password");
      await page.getByRole("button", { name: t("access:signIn") }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "setup-no-token", path: () => "/setup", stranger: true },
  { name: "accept", path: () => "/accept#some-token-that-is-long-enough", stranger: true },
  { name: "queues", path: () => "/queues" },
  { name: "queues-all", path: () => "/queues?all=true" },
  { name: "queues-pause", path: () => "/queues?all=true", act: dialog("queues:pauseNamed") },
  { name: "items", path: () => "/items" },
  { name: "items-panel", path: () => "/items?verdict=edit", act: press("j") },
  {
    name: "items-offered", path: () => "/items",
    act: async (page) => {
      await page.keyboard.press("/");
      await page.getByRole("listbox").waitFor();
    },
  },
  { name: "items-none", path: () => "/items?status=blocked&queue=senior&q=hail" },
  { name: "item", path: ({ items }) => `/items/${items.edited}` },
  { name: "item-scores", path: ({ items }) => `/items/${items.edited}`, act: tab("items:tab.scores") },
  { name: "item-reviews", path: ({ items }) => `/items/${items.edited}`, act: tab("items:tab.reviews") },
  { name: "item-route", path: ({ items }) => `/items/${items.edited}`, act: tab("items:tab.route") },
  { name: "item-evidence", path: ({ items }) => `/items/${items.edited}`, act: tab("items:tab.evidence") },
  { name: "audit-log", path: () => "/audit-log" },
  { name: "audit-log-none", path: () => "/audit-log?kind=stop.lifted" },
  { name: "settings-audit-log", path: () => "/settings/audit-log" },
  { name: "item-hostile", path: ({ items }) => `/items/${items.hostile}` },
  { name: "item-long", path: ({ items }) => `/items/${items.long}` },
  { name: "item-missing", path: () => "/items/0197a3c0-0000-7000-8000-000000000000" },
  {
    name: "exports", path: () => "/exports",
    act: async (page, t) => {
      await page.getByText(t("exports:state.done"), { exact: true }).waitFor();
      await page.getByRole("button", { name: pattern(t("exports:filesOf")) }).click();
    },
  },
  { name: "exports-new", path: () => "/exports?new=true&format=trl-dpo&domain=claims&q=hail" },
  { name: "monitoring", path: () => "/monitoring" },
  { name: "policy", path: () => "/policy" },
  {
    name: "policy-words", path: () => "/policy",
    act: async (page, t) => {
      await page.getByText(t("policy:view.words"), { exact: true }).click();
      await page.getByText("claims:letter").first().waitFor();
    },
  },
  { name: "policy-past", path: () => "/policy?version=1" },
  { name: "policy-errors", path: () => "/policy?view=errors" },
  { name: "policy-compare", path: () => "/policy?view=compare" },
  { name: "policy-try", path: () => "/policy?view=try" },
  { name: "policy-draft", path: () => "/policy?draft=true" },
  { name: "settings-profile", path: () => "/settings/profile" },
  { name: "settings-reading", path: () => "/settings/reading" },
  { name: "settings-keys", path: () => "/settings/keys" },
  { name: "settings-people", path: () => "/settings/people" },
  { name: "settings-people-add", path: () => "/settings/people", act: dialog("settings:people.add") },
  { name: "settings-api-keys", path: () => "/settings/api-keys" },
  { name: "settings-system", path: () => "/settings/system" },
  { name: "settings-api-keys-make", path: () => "/settings/api-keys", act: dialog("settings:apiKeys.make") },
  { name: "stop", path: () => "/queues", act: async (page, t) => {
    await page.getByRole("navigation").getByRole("button", { name: t("desk:stop.stop"), exact: true }).click();
    await page.getByRole("dialog").waitFor();
  } },
  { name: "finder", path: () => "/queues", act: async (page) => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type("set");
    await page.getByRole("option").first().waitFor();
  } },
  { name: "help", path: () => "/queues", act: async (page) => {
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
  } },
  { name: "not-found", path: () => "/nowhere" },
];

/** Opens a place and brings it into its state. */
export async function visit(page: Page, place: Place, world: World, t: Words): Promise<void> {
  await page.goto(world.desk.url + place.path(world));
  await page.locator("h1, h2").first().waitFor();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await place.act?.(page, t, world);
}
