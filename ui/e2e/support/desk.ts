/** A project made for one test file: its policy, its people, its application. */
import { Client, keyClient, signIn } from "./api";
import { eventually } from "./eventually";

interface DeskPlace {
  url: string;
  admin: string;
  password: string;
}

function fromEnvironment<T>(name: string): T {
  const text = process.env[name];
  if (text === undefined) throw new Error(`${name} is not set: the global set-up did not run`);
  return JSON.parse(text) as T;
}

export const deskPlace = (): DeskPlace => fromEnvironment<DeskPlace>("E2E_DESK");
export const examplePlace = (): { url: string; email: string; password: string } => fromEnvironment("E2E_EXAMPLE");

/** How long a verdict of these desks may be taken back. */
export const UNDO_S = 3;

/** The policy of the tests; `more` changes single lines of it. */
export function policyText({ lease = "10m", deadline = "4h", undo = `${UNDO_S}s`, rubric = "" } = {}): string {
  return `policy: 1
error_from: major
metadata:
  claim: {type: string, filter: true}
  amount: {type: number, unit: EUR, filter: true}
categories:
  wrong_amount: {severity: major}
  wrong_entity: {severity: major}
  missing_citation: {severity: minor}
  unfounded_promise: {severity: critical}
checks:
  hidden_characters: {where: output, then: note}
  numbers_in_context: {ignore_below: 10, then: note}
review:
  - {name: large_amount, when: "has(metadata.amount) && metadata.amount >= 50000", queue: senior, high_stakes: true}
bands:
  on: confidence
  rows:
    - {above: 0.92, then: release, uncertified: true}
    - {from: 0.30, queue: junior}
    - {queue: senior}
autonomy: {segments: {"claims:letter": exception}}
queues:
  junior: {kind: expert, level: junior, deadline: ${deadline}, lease: ${lease}, undo: ${undo}, at_breach: fallback}
  senior: {kind: supervisor, level: senior, deadline: 8h, lease: ${lease}, undo: ${undo}, at_breach: fallback}
  audit: {level: junior, lease: ${lease}, undo: ${undo}}
pending: {show: draft, label: "Draft, an expert is reviewing it"}
fallback: {en: "A colleague will write to you today.", de: "Wir schreiben Ihnen heute."}
audit: {share: 100%, queue: audit}
${rubric}`;
}

export interface Person {
  readonly client: Client;
  readonly email: string;
  readonly name: string;
  readonly id: string;
}

export interface Desk {
  readonly url: string;
  readonly project: string;
  readonly password: string;
  readonly admin: Client;
  /** The application that submits items. */
  readonly app: Client;
  person(name: string, ...roles: string[]): Promise<Person>;
  /** Puts a policy in force; its version. */
  activate(text: string): Promise<number>;
}

const KEY_SCOPES = ["items.submit", "items.outcome", "items.appeal", "events.read"];

/** A new project on the desk, or on another server, with a policy in force. */
export async function newDesk(project: string, policy = policyText(), place: DeskPlace = deskPlace()): Promise<Desk> {
  const founder = await signIn(place.url, place.admin, place.password);
  await founder.post("/v1/projects", { slug: project, name: nameOf(project), zone: "Europe/Berlin" });
  const admin = founder.in(project);
  const { key } = await admin.post("/v1/keys", { name: "Tests", scopes: KEY_SCOPES });
  const desk: Desk = {
    url: place.url,
    project,
    password: place.password,
    admin,
    app: keyClient(place.url, key),
    person: async (name, ...roles) => {
      const email = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, ".")}@${project}.example.org`;
      const { person_id } = await admin.post("/v1/people", { email, name, roles, password: place.password });
      return { client: (await signIn(place.url, email, place.password)).in(project), email, name, id: person_id };
    },
    activate: async (text) => {
      const { active } = { active: await admin.ask("GET", "/v1/policies/active") };
      const { version } = await admin.post("/v1/policies", { yaml: text, note: "For the tests", base: active.body.version });
      await admin.tell("POST", `/v1/policies/${version}/activate`, { note: "For the tests" }, { "If-Match": active.headers.get("etag") ?? "" });
      return version;
    },
  };
  await desk.activate(policy);
  return desk;
}

/** What the application is told of an item now. */
export async function result(desk: Desk, key: string): Promise<any> {
  const { data } = await desk.app.get(`/v1/outcomes?key=${encodeURIComponent(key)}`);
  return data[0] ?? null;
}

/** What the application is told once the item is decided and the time to undo is over. */
export function outcome(desk: Desk, key: string): Promise<any> {
  return eventually(async () => {
    const now = await result(desk, key);
    return now?.status === "pending" ? null : now;
  }, `the outcome of ${key}`);
}

const nameOf = (slug: string): string => slug.replaceAll("-", " ").replace(/^./, (first) => first.toUpperCase());
