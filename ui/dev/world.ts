/**
 * An invented server for development and tests: it answers `/v1` in the shapes of src/api/schema.ts from memory.
 * It keeps the rules a page can notice (sessions, CSRF, idempotency keys, claims), and no others.
 */
import type * as wire from "../src/api/schema.ts";
import { checkLines, evidence, listEntries, logState } from "./audit-log.ts";
import { metric, metricList, missesOf } from "./metrics.ts";
import { letters, policyYaml, uglyTexts } from "./letters.ts";
import { answerPolicies, policyCategories, policySchema } from "./policies.ts";
import { WebhookWorld } from "./webhooks.ts";

export type Mood = "full" | "empty" | "ugly";

export interface WorldOptions {
  mood?: Mood;
  now?: () => Date;
  signedIn?: boolean;
  /** Roles and permissions of the signed-in person; by default those of a lead who is an admin too. */
  permissions?: readonly string[];
  roles?: readonly string[];
  isDemo?: boolean;
  /** Whether a second person must approve a policy. */
  needsApproval?: boolean;
  /** The company's sign-on; by default there is none. */
  signOn?: wire.SignOnOut;
  /** How many items there are. */
  items?: number;
}

const MINUTE = 60_000;
const ALL_PERMISSIONS = [
  "assignments.claim", "assignments.manage", "audit_log.read", "audit_samples.read", "metrics.read", "reviewers.read", "autonomy.read", "checks.read", "events.read", "exports.read",
  "guidelines.read", "items.appeal", "items.outcome", "items.read", "items.override", "items.recall", "items.reopen", "items.submit", "keys.manage", "people.manage", "people.read",
  "policies.activate", "policies.read", "policies.write", "project.manage", "project.read", "queues.manage", "queues.read", "reviews.read",
  "reviews.write", "stop.lift", "stop.set", "system.read", "webhooks.manage",
];
const REVIEWER = ["assignments.claim", "guidelines.read", "people.read", "project.read", "queues.read", "reviews.write"];

export const reviewerPermissions: readonly string[] = REVIEWER;

const INVITE_URL = "http://127.0.0.1:8400/accept#example-invite-token-0000";
let counter = 0;
/** A UUIDv7-like id that sorts by the order of making. */
export function newId(): string {
  counter += 1;
  const hex = counter.toString(16).padStart(12, "0");
  return `0197a3c0-6d1e-7b52-9a41-${hex}`;
}

interface Stored {
  item: wire.ItemOut;
  timeline: wire.TimelineEntry[];
}

export class World {
  readonly mood: Mood;
  readonly now: () => Date;
  isSignedIn: boolean;
  me: wire.MeOut;
  projects: wire.ProjectOut[];
  queues: wire.QueueOut[];
  items: Stored[];
  views: wire.ViewOut[] = [];
  held: wire.AssignmentOut[] = [];
  people: wire.MemberOut[];
  signOn: wire.SignOnOut;
  keys: wire.KeyOut[];
  readonly outgoing: WebhookWorld;
  policies: wire.PolicyOut[];
  needsApproval = false;
  private ifMatch: string | null = null;
  stop: wire.StopOut = { in_force: false, freeze: false, since: null, by: null, reason: null, scope: null };
  health: wire.Health;
  auditLog: wire.AuditLogState;
  setupToken: string | null = "example-setup-token-0000";
  /** Every change that arrived, for tests to look at. */
  readonly changes: { method: string; path: string; key: string | null; body: unknown }[] = [];
  readonly streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  private readonly answered = new Map<string, { status: number; body: unknown }>();

  constructor(options: WorldOptions = {}) {
    this.mood = options.mood ?? "full";
    this.now = options.now ?? (() => new Date());
    this.isSignedIn = options.signedIn ?? true;
    this.signOn = options.signOn ?? { name: null, alone: false };
    this.me = me(options, this.mood, this.in(120));
    this.projects = [
      project("claims-europe", this.mood === "ugly" ? LONG_NAME : "Claims, Europe", options.isDemo ?? false, this.in(-90_000)),
      project("support", "Support", false, this.in(-80_000)),
    ];
    this.queues = this.mood === "empty" ? [] : queues(this);
    this.items = this.mood === "empty" ? [] : Array.from({ length: options.items ?? 240 }, (_, at) => makeItem(this, at));
    this.people = people(this.me, this.mood);
    this.keys = this.mood === "empty" ? [] : keys(this);
    this.outgoing = new WebhookWorld(this.mood, (minutes) => this.in(minutes), newId, (status, code, message, path) => {
      throw new Refusal(status, code, message, path === "" ? [] : [{ path, line: null, column: null, code, message, suggestion: null }]);
    });
    this.policies = policies(this);
    this.auditLog = logState(this.mood, this.in(-4));
    this.needsApproval = options.needsApproval ?? false;
    this.health = {
      ok: true,
      version: "0.1.0",
      parts: ["database", "worker", "timers", "audit_log", "metrics", "disk", "clock"].map((name) => ({ name, ok: true, why: null, since: null })),
    };
    if (this.mood !== "empty") this.held = [assignment(this, "payout-letters", -1), assignment(this, "support-refunds", -2)];
    const first = this.held[0];
    if (first !== undefined) {
      first.lease_until = this.in(6);
      first.unsent_review = { saved_at: this.in(-40), review: { verdict: "edit", reason: "" } };
    }
  }

  /** The moment so many minutes from now. */
  in(minutes: number): string {
    return new Date(this.now().getTime() + minutes * MINUTE).toISOString();
  }

  /** Sends what the queues are now to everybody who follows the stream. */
  publishQueues(): void {
    this.publish("queues", { data: this.queues });
  }

  publish(event: string, data: unknown): void {
    const bytes = new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    for (const stream of this.streams) stream.enqueue(bytes);
  }

  /** Answers one request as the server would. */
  readonly answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/v1/, "");
    const isChange = request.method !== "GET";
    const key = request.headers.get("Idempotency-Key");
    const text = isChange ? await request.text() : "";
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    if (isChange) this.changes.push({ method: request.method, path, key, body });

    const isPublic = /^\/(setup|sessions|sessions\/oidc|people\/accept)$/.test(path);
    if (!this.isSignedIn && !isPublic) return refuse(401, "unauthenticated", "Sign in first.");
    if (isChange && !isPublic && request.headers.get("X-CSRF-Token") !== this.me.csrf_token) {
      return refuse(403, "forbidden", "The page is out of date; load it again.");
    }
    if (!/^\/(me|sessions|setup|projects|health|people\/accept)/.test(path) && request.headers.get("Handrail-Project") === null) {
      return refuse(400, "project_required", "Name the project in the header Handrail-Project.");
    }
    const seen = key === null ? undefined : this.answered.get(`${request.method} ${path} ${key}`);
    if (seen !== undefined) return json(seen.status, seen.body, { "Idempotent-Replay": "true" });
    if (path === "/queues/stream") return this.stream();
    if (path === "/audit-log/verify") return new Response(checkLines(this.auditLog));
    this.ifMatch = request.headers.get("If-Match");
    try {
      const [status, out] = this.route(request.method, path, url.searchParams, body);
      if (key !== null) this.answered.set(`${request.method} ${path} ${key}`, { status, body: out });
      return json(status, out, path.startsWith("/webhooks/") ? { ETag: this.outgoing.etag } : {});
    } catch (error) {
      if (error instanceof Refusal) return refuse(error.status, error.code, error.message, error.fields);
      throw error;
    }
  };

  private stream(): Response {
    let own: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        this.streams.add(controller);
        controller.enqueue(new TextEncoder().encode(`event: queues\ndata: ${JSON.stringify({ data: this.queues })}\n\n`));
      },
      cancel: () => {
        if (own !== undefined) this.streams.delete(own);
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }

  private route(method: string, path: string, query: URLSearchParams, body: unknown): [number, unknown] {
    const parts = path.split("/").filter(Boolean);
    if (parts[0] === "webhooks" || parts[0] === "deliveries") return this.outgoing.answer(method, parts, query, body);
    switch (`${method} ${parts[0]}`) {
      case "POST setup":
        return this.setUp(body as wire.SetupIn);
      case "GET sessions":
        return [200, this.signOn];
      case "POST sessions":
        return parts[1] === "confirm" ? [200, { confirmed_at: this.in(0) }] : this.signIn(body as wire.SignIn);
      case "DELETE sessions":
        this.isSignedIn = false;
        return [204, undefined];
      case "GET me":
        return parts[1] === "views" ? [200, { data: [...this.views, ...givenViews] }] : [200, this.me];
      case "PUT me":
        this.views = (body as wire.ViewsIn).views.map((one) => ({ ...one, owner: null, given: null }));
        return [200, { data: [...this.views, ...givenViews] }];
      case "PATCH me":
        return this.changeMe(body as wire.MePatch);
      case "GET projects":
        return parts[1] === undefined ? [200, page(this.projects)] : [200, this.projects.find((one) => one.slug === parts[1]) ?? notFound()];
      case "PATCH projects": {
        const { settings } = body as { settings: wire.JsonObject };
        this.needsApproval = settings["policy_needs_approval"] === true;
        return [200, { ...this.projects[0], settings }];
      }
      case "GET health":
        return [200, this.health];
      case "GET metrics":
        return parts[1] === "definitions" ? [200, metricList(this.mood)] : [200, metric(query, this.mood, this.now())];
      case "GET audit-samples":
        return [200, page(missesOf(this.mood, this.now()))];
      case "GET stop":
        return [200, this.stop];
      case "PUT stop":
        return this.setStop(body as wire.StopIn);
      case "DELETE stop":
        this.stop = { in_force: false, freeze: false, since: null, by: null, reason: null, scope: null };
        return [200, this.stop];
      case "GET queues":
        return [200, { data: this.queues }];
      case "PATCH queues":
        return this.changeQueue(parts[1] ?? "", body as wire.QueuePatch);
      case "GET assignments":
        return parts[1] === undefined ? [200, { data: this.held.filter((one) => one.state === "held") }] : [200, this.assignmentOf(parts[1])];
      case "POST assignments":
        return this.onAssignment(parts[1] ?? "", parts[2] ?? "", body);
      case "PUT assignments":
        return this.keepDraft(parts[1] ?? "", body as wire.UnsentReview);
      case "POST reviews":
        return this.undo(parts[1] ?? "");
      case "GET items":
        if (parts[1] === "filters") return parts[2] === undefined ? [200, filtersOut] : this.values(parts[2], query);
        return parts[1] === undefined ? this.list(query) : this.item(parts[1], parts[2]);
      case "GET audit-log":
        return parts[1] === "state" ? [200, this.auditLog] : [200, listEntries(this.items, query)];
      case "POST items":
        return this.follow(parts[1] ?? "", parts[2] ?? "", body as wire.OverrideIn & wire.AppealIn & wire.ReopenIn);
      case "GET policies":
        return this.policy(parts[1]);
      case "POST policies":
        return answerPolicies(this, parts.slice(1), body, this.ifMatch);
      case "GET keys":
        return [200, part(this.keys, query)];
      case "POST keys":
        return this.makeKey(body as wire.KeyIn);
      case "DELETE keys":
        this.keys = this.keys.map((one) => (one.key_id === parts[1] ? { ...one, revoked_at: this.in(0) } : one));
        return [204, undefined];
      case "GET people":
        return [200, part(this.people, query)];
      case "POST people":
        if (parts[1] === "accept") return this.accept(body as wire.AcceptIn);
        return parts[2] === "invite" ? this.inviteAgain(parts[1] ?? "") : this.addPerson(body as wire.PersonIn);
      case "PUT people":
      case "PATCH people":
        return this.changePerson(parts[1] ?? "", body as Partial<wire.MemberOut>);
      case "DELETE people":
        this.people = this.people.filter((one) => one.person_id !== parts[1]);
        return [204, undefined];
      default:
        throw new Refusal(404, "not_found", "There is nothing at this address.");
    }
  }

  private setUp(wanted: wire.SetupIn): [number, unknown] {
    if (this.setupToken === null || wanted.token !== this.setupToken) {
      throw new Refusal(404, "not_found", "This link was used already, or it is not complete.");
    }
    this.setupToken = null;
    this.isSignedIn = true;
    const slug = wanted.project?.slug ?? "first";
    const name = wanted.project?.name ?? slug;
    this.projects = [project(slug, name, false, this.in(0))];
    const roles = ["admin", "lead", "engineer"];
    this.me = {
      ...this.me,
      person: { ...this.me.person, name: wanted.name, email: wanted.email },
      memberships: [membership(slug, name, roles, ALL_PERMISSIONS)],
    };
    return [201, this.me];
  }

  private signIn(who: wire.SignIn): [number, unknown] {
    if (who.password !== "correct horse battery") throw new Refusal(401, "unauthenticated", "That did not work.");
    this.isSignedIn = true;
    return [200, this.me];
  }

  private changeMe(patch: wire.MePatch): [number, unknown] {
    const person = { ...this.me.person, name: patch.name ?? this.me.person.name };
    this.me = { ...this.me, person, settings: patch.settings ?? this.me.settings };
    return [200, this.me];
  }

  private setStop(wanted: wire.StopIn): [number, unknown] {
    this.stop = {
      in_force: true,
      freeze: wanted.freeze ?? false,
      since: this.in(0),
      by: this.me.person.name,
      reason: wanted.reason,
      scope: wanted.scope ?? "project",
    };
    return [200, this.stop];
  }

  private changeQueue(name: string, patch: wire.QueuePatch): [number, unknown] {
    this.queues = this.queues.map((queue) =>
      queue.name !== name
        ? queue
        : {
            ...queue,
            paused: patch.paused ?? queue.paused,
            paused_reason: patch.paused === true ? (patch.reason ?? null) : null,
            empty_because: patch.paused === true ? "paused" : queue.waiting === 0 ? "none_left" : null,
          },
    );
    return [200, this.queues.find((queue) => queue.name === name) ?? notFound()];
  }

  private onAssignment(id: string, what: string, body: unknown): [number, unknown] {
    if (id === "claim") return this.claim(body as wire.ClaimIn);
    const held = this.assignmentOf(id);
    switch (what) {
      case "heartbeat":
        held.lease_until = this.in(held.lease_s / 60);
        return [200, { lease_until: held.lease_until }];
      case "check":
        return [200, { scores: held.scores ?? [], failed: [] } satisfies wire.RecheckOut];
      case "return":
        held.state = "returned";
        return [204, undefined];
      case "review":
        return this.review(held, body as wire.ReviewIn);
      default:
        return notFound();
    }
  }

  private claim(wanted: wire.ClaimIn): [number, unknown] {
    const open = this.queues.filter((queue) => queue.waiting > 0 && !queue.paused);
    const from = open.find((queue) => (wanted.queues ?? [queue.name]).includes(queue.name));
    if (from === undefined) return [200, { assignments: [], empty_because: "none_left" } satisfies wire.Claimed];
    from.waiting -= 1;
    from.waiting_all -= 1;
    const claimed = assignment(this, from.name, this.held.length);
    this.held.push(claimed);
    this.publishQueues();
    return [200, { assignments: [claimed], empty_because: null } satisfies wire.Claimed];
  }

  private review(held: wire.AssignmentOut, given: wire.ReviewIn): [number, unknown] {
    if (held.fence !== given.fence) throw new Refusal(409, "lease_lost", "Someone else now holds this item; reload the queue.");
    held.state = "submitted";
    const review: wire.ReviewOut = {
      review_id: `${held.assignment_id.slice(0, -4)}aaaa`,
      item_id: held.item_id,
      assignment_id: held.assignment_id,
      reviewer: { person_id: this.me.person.person_id, name: this.me.person.name },
      kind: "review",
      verdict: given.verdict,
      output: given.output ?? null,
      severity: given.severity ?? null,
      categories: given.categories ?? [],
      spans: given.spans ?? [],
      reason: given.reason ?? null,
      active_ms: given.active_ms,
      submitted_at: this.in(0),
      undo_until: this.in(10 / 60),
      state: "settling",
    };
    const [, next] = given.claim_next === true ? this.claim({ limit: 1 }) : [200, { assignments: [], empty_because: null }];
    const claimed = next as wire.Claimed;
    const done: wire.ReviewDone = {
      review,
      undo_until: review.undo_until,
      next: claimed.assignments[0] ?? null,
      empty_because: claimed.empty_because,
    };
    return [200, done];
  }

  private undo(reviewId: string): [number, unknown] {
    const held = this.held.find((one) => reviewId.startsWith(one.assignment_id.slice(0, -4)));
    if (held === undefined) return notFound();
    held.state = "held";
    held.fence += 1;
    return [200, held];
  }

  private keepDraft(id: string, draft: wire.UnsentReview): [number, unknown] {
    const { fence: _fence, ...review } = draft;
    this.assignmentOf(id).unsent_review = { saved_at: this.in(0), review };
    return [204, undefined];
  }

  private assignmentOf(id: string): wire.AssignmentOut {
    return this.held.find((one) => one.assignment_id === id) ?? notFound();
  }

  private list(query: URLSearchParams): [number, unknown] {
    const wanted = (name: string) => query.get(name)?.split(",") ?? null;
    const shorts = this.items.map(({ item }) => short(item)).filter((item) =>
      (["status", "state", "queue", "domain", "task", "verdict", "source", "model", "key"] as const).every((name) => {
        const words = wanted(name);
        return words === null || words.includes(String(item[name]));
      }),
    );
    const words = query.get("q")?.toLowerCase() ?? "";
    const found = shorts
      .filter((item) => item.snippet.toLowerCase().includes(words))
      .filter((item) => item.received_at >= (query.get("received_from") ?? "") && item.received_at < (query.get("received_to") ?? "9"));
    const sort = query.get("sort") ?? "-received_at";
    const by = sort.replace("-", "") as "received_at" | "decided_at" | "confidence";
    if (by !== "received_at") {
      const listed = found.filter((item) => item[by] !== null);
      found.splice(0, found.length, ...listed.sort((one, other) => (Number(one[by] ?? 0) - Number(other[by] ?? 0) || String(one[by]).localeCompare(String(other[by])))));
      if (sort.startsWith("-")) found.reverse();
    } else if (!sort.startsWith("-")) found.reverse();
    const from = Number(query.get("cursor") ?? 0);
    const limit = Number(query.get("limit") ?? 50);
    const next = from + limit < found.length ? String(from + limit) : null;
    const counted = query.get("count") === "true";
    const data = found.slice(from, from + limit).map((item) => ({ ...item, match: matchOf(item.snippet, words) }));
    return [200, { data, next_cursor: next, count: counted ? found.length : null, count_is: counted ? "exact" : null, looked_back_to: null }];
  }

  private values(name: string, query: URLSearchParams): [number, unknown] {
    const counts = new Map<string, number>();
    for (const { item } of this.items) {
      const value = (short(item) as unknown as { [name: string]: unknown })[name];
      if (typeof value === "string") counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const begins = (query.get("begins") ?? "").toLowerCase();
    const data = [...counts].filter(([value]) => value.toLowerCase().includes(begins)).sort().slice(0, Number(query.get("limit") ?? 20));
    return [200, { data: data.map(([value, count]) => ({ value, count, count_is: "exact" })) }];
  }

  private item(id: string, part: string | undefined): [number, unknown] {
    const stored = this.items.find(({ item }) => item.item_id === id) ?? notFound();
    if (part === "evidence") return [200, { ...evidence, item_id: id }];
    return part === "timeline" ? [200, { data: stored.timeline }] : [200, stored.item];
  }

  /** Recall, override, appeal, reopen. */
  private follow(id: string, verb: string, said: wire.OverrideIn & wire.AppealIn & wire.ReopenIn): [number, unknown] {
    const { item, timeline } = this.items.find(({ item }) => item.item_id === id) ?? notFound();
    if (item.outcome === null || item.status === "pending") throw new Refusal(409, "not_decided", "This item has no outcome yet.");
    const note = (event: string, details: wire.JsonObject) =>
      timeline.push({ at: this.in(0), actor: this.me.person.name, event, why: said.reason, details, audit_index: null });
    if (verb === "appeal" || verb === "reopen") {
      const queue = said.queue ?? item.queue ?? "payout-letters";
      item.second_looks.push({ kind: verb, reason: said.reason, by: said.by ?? null, queue, state: "open", asked_at: this.in(0), due_at: this.in(240) });
      note(verb === "appeal" ? "item.appealed" : "item.reopened", { queue });
      return [200, item];
    }
    if (said.correction?.type === "text" && said.correction.text.includes("forbidden") && said.checks_overridden == null) {
      throw new Refusal(422, "invalid", "The recall lacks something; each field says what.", [
        { path: "/checks_overridden", line: null, column: null, code: "missing_key", message: "Your correction fails keywords: mend it, or say why it goes out.", suggestion: null },
      ]);
    }
    const { person } = this.me;
    const recall = { recalled_at: this.in(0), why: verb, reason: said.reason, severity: said.severity ?? "major", categories: said.categories ?? [], correction: said.correction ?? null };
    item.recalls.push({ ...recall, recall_id: newId(), number: item.recalls.length + 1, by: { person_id: person.person_id, name: person.name } });
    item.outcome = { ...item.outcome, recall, text: said.correction?.type === "text" ? said.correction.text : null };
    item.state = "recalled";
    note("item.recalled", { corrected: recall.correction !== null, severity: recall.severity, categories: recall.categories });
    return [200, item.outcome];
  }

  private policy(version: string | undefined): [number, unknown] {
    if (version === undefined) return [200, { data: this.policies, needs_approval: this.needsApproval }];
    if (version === "schema") return [200, policySchema];
    if (version === "categories") return [200, policyCategories(this)];
    const found = this.policies.find((one) => (version === "active" ? one.state === "active" : one.version === Number(version)));
    return [200, found ?? notFound()];
  }

  private makeKey(wanted: wire.KeyIn): [number, unknown] {
    const made: wire.KeyOut = {
      key_id: newId(),
      name: wanted.name,
      public: "m4k3t1me",
      scopes: wanted.scopes ?? ["events.read", "items.appeal", "items.outcome", "items.submit"],
      created_at: this.in(0),
      expires_at: wanted.expires_at ?? null,
      revoked_at: null,
      last_used_at: null,
      key: null,
    };
    this.keys = [made, ...this.keys];
    return [201, { ...made, key: `hrk_${made.public}_${"0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"}` }];
  }

  private accept(invited: wire.AcceptIn): [number, unknown] {
    if (invited.token !== "example-invite-token-0000") throw new Refusal(404, "not_found", "This link was used already, or it is not complete.");
    this.isSignedIn = true;
    return [201, this.me];
  }

  private inviteAgain(id: string): [number, unknown] {
    const known = this.people.find((one) => one.person_id === id) ?? notFound();
    return [201, { ...known, invite_url: INVITE_URL }];
  }

  private addPerson(wanted: wire.PersonIn): [number, unknown] {
    if (this.people.some((one) => one.email === wanted.email)) {
      throw new Refusal(422, "invalid", "Some fields are not right.", [
        { path: "/email", line: null, column: null, code: "taken", message: "This person belongs to the project already.", suggestion: null },
      ]);
    }
    const added: wire.MemberOut = {
      person_id: newId(),
      name: wanted.name,
      email: wanted.email,
      is_active: true,
      roles: wanted.roles,
      level: wanted.roles.includes("senior") ? "senior" : "junior",
      skills: wanted.skills ?? [],
      languages: wanted.languages ?? [],
      is_invited: true,
      invite_url: null,
    };
    this.people = [...this.people, added];
    return [201, { ...added, invite_url: INVITE_URL }];
  }

  private changePerson(id: string, patch: Partial<wire.MemberOut>): [number, unknown] {
    this.people = this.people.map((one) => (one.person_id === id ? { ...one, ...patch } : one));
    return [200, this.people.find((one) => one.person_id === id) ?? notFound()];
  }
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: wire.ErrorField[] = [],
  ) {
    super(message);
  }
}

function notFound(): never {
  throw new Refusal(404, "not_found", "There is no such thing here.");
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  if (status === 204) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}

function refuse(status: number, code: string, message: string, fields: wire.ErrorField[] = []): Response {
  const error: wire.ErrorBody = {
    code,
    message,
    status,
    retry: status >= 500,
    fields,
    request_id: "0197a3c0-0000-7000-8000-00000000beef",
    docs: `/docs/errors#${code}`,
  };
  return json(status, { error });
}

function page<T>(data: T[]): wire.Page<T> {
  return { data, next_cursor: null, count: null, count_is: null };
}

/** One page of a list, with a cursor to the next. */
function part<T>(data: T[], query: URLSearchParams): wire.Page<T> {
  const from = Number(query.get("cursor") ?? "0");
  const to = from + Number(query.get("limit") ?? "50");
  return { ...page(data.slice(from, to)), next_cursor: to < data.length ? String(to) : null };
}

const LONG_NAME = "Rückversicherungsangelegenheiten und Sonderschadenbearbeitung, Mittel- und Osteuropa (vorläufig)";

function membership(project: string, name: string, roles: readonly string[], permissions: readonly string[]): wire.Membership {
  return { project, name, roles: [...roles], permissions: [...permissions], level: "senior", skills: ["claims"], languages: ["en", "de"] };
}

function me(options: WorldOptions, mood: Mood, endsAt: string): wire.MeOut {
  const roles = options.roles ?? ["lead", "admin"];
  const permissions = options.permissions ?? ALL_PERMISSIONS;
  return {
    person: {
      person_id: newId(),
      name: mood === "ugly" ? "Maximiliane-Alexandrina von Beispielhausen-Musterberg" : "Reviewer 7",
      email: "reviewer7@example.org",
      is_active: true,
    },
    memberships: [
      membership("claims-europe", mood === "ugly" ? LONG_NAME : "Claims, Europe", roles, permissions),
      membership("support", "Support", ["reviewer"], REVIEWER),
    ],
    settings: {},
    csrf_token: "csrf-of-the-invented-world",
    session_ends_at: endsAt,
  };
}

function project(slug: string, name: string, isDemo: boolean, at: string): wire.ProjectOut {
  return { project_id: newId(), slug, name, zone: "Europe/Berlin", settings: {}, policy_version: 14, is_demo: isDemo, created_at: at };
}

function queues(world: World): wire.QueueOut[] {
  const queue = (name: string, rest: Partial<wire.QueueOut>): wire.QueueOut => ({
    name,
    kind: "expert",
    level: "junior",
    skills: [],
    languages: ["en"],
    requires: "correction",
    waiting: 0,
    waiting_all: rest.waiting ?? 0,
    held: 0,
    overdue: 0,
    oldest_due_at: null,
    on_time_today: null,
    paused: false,
    paused_reason: null,
    empty_because: null,
    ...rest,
  });
  const usual = [
    queue("adjudication-contracts", { waiting: 5, level: "senior", requires: "two_person", kind: "supervisor", oldest_due_at: world.in(9.5), on_time_today: 0.88 }),
    queue("payout-letters", { waiting: 23, held: 4, languages: ["en", "de"], oldest_due_at: world.in(42.5), on_time_today: 0.97 }),
    queue("support-refunds", { waiting: 31, held: 6, requires: "approval", oldest_due_at: world.in(190), on_time_today: 1 }),
    queue("audit", { waiting: 2, held: 1, requires: "approval", oldest_due_at: world.in(60 * 60), on_time_today: 1 }),
    queue("discharge-summaries", { waiting_all: 41, held: 2, skills: ["clinical"], empty_because: "not_your_skill" }),
    queue("claims-poland", { held: 3, languages: ["pl"], empty_because: "held_by_others" }),
    queue("complaint-answers", { paused: true, paused_reason: "New guideline 9 is being loaded.", waiting_all: 12, empty_because: "paused", requires: "approval" }),
  ];
  if (world.mood !== "ugly") return usual;
  return [
    queue("rueckversicherungsangelegenheiten-sonderschadenbearbeitung-ost", {
      waiting: 1_204_311, held: 48_112, overdue: 9_881, oldest_due_at: world.in(-60 * 31), on_time_today: 0.0042, languages: ["de", "pl", "cs", "hu", "ro", "zz-bad tag"],
    }),
    ...usual.slice(1),
    queue("x", { paused: true, empty_because: "paused", paused_reason: `${"Because ".repeat(60)}\u202ethis was reversed` }),
    queue("own", { waiting_all: 3, empty_because: "own_work" }),
    queue("limit", { waiting_all: 3, empty_because: "limit_reached" }),
    queue("unqualified", { waiting_all: 3, empty_because: "not_qualified" }),
  ];
}

function scores(text: string): wire.ScoreOut[] {
  const found = text.indexOf("EUR 4,120.00");
  const score = (name: string, rest: Partial<wire.ScoreOut>): wire.ScoreOut => ({
    name, kind: "check", result: "pass", value: null, label: null, version: "1", duration_ms: 0.4, reason: null, findings: [], ...rest,
  });
  return [
    score("numbers_in_context", found < 0 ? {} : {
      result: "fail",
      reason: "One amount is not in the context.",
      findings: [{ field: "output", candidate: null, context_id: "p1", start: found, end: found + 12, reason: "EUR 4,120.00 occurs in no passage.", severity: "major", category: "wrong_amount", evidence: [{ context_id: "p1", start: 0, end: 24 }] }],
    }),
    score("pii", {}),
    score("length", { value: 149 }),
    score("toxicity", { kind: "classifier", value: 0.013, version: "4", duration_ms: 2.1 }),
    score("topic", { kind: "classifier", value: 0.81, label: "insurance", version: "2", duration_ms: 1.7 }),
    score("sanctions", { result: "timed_out", reason: "No answer within 2 s.", duration_ms: 2_000 }),
    score("grounded", { kind: "judge", result: "skipped", reason: "confidence is at least 0.97", duration_ms: 0 }),
  ];
}

function route(action: string): wire.RouteFull {
  return {
    action,
    rule: action === "release" ? "bands[0]" : "large_payouts",
    queue: action === "review" ? "payout-letters" : null,
    values: { "metadata.amount": 4120 },
    policy_version: 14,
    autonomy: "exception",
    probability: action === "release" ? 0.95 : 1,
    audit: action === "release" ? 0.05 : null,
    reason: action === "release" ? "confidence 0.97 is above 0.92" : "amount 4,120 is at least 2,500",
    steps: [
      { step: "checks", rule: null, held: null, values: { passed: 9, findings: 3 }, note: "sanctions did not run" },
      { step: "block", rule: "toxic", held: false, values: { "scores.toxicity": 0.013 }, note: null },
      { step: "review", rule: "high_stakes", held: false, values: { topic: "insurance" }, note: null },
      { step: "review", rule: "large_payouts", held: action === "review", values: { "metadata.amount": action === "review" ? 4120 : 96 }, note: null },
      ...(action === "release" ? [{ step: "bands", rule: "bands[0]", held: true, values: { confidence: 0.97 }, note: null }] : []),
    ],
    uncertified: action === "release",
    high_stakes: false,
  };
}

function shortRoute(full: wire.RouteFull): wire.RouteOut {
  const { reason: _reason, steps: _steps, uncertified: _uncertified, high_stakes: _highStakes, ...rest } = full;
  return rest;
}

const SEGMENTS = [["claims", "payout_letter"], ["claims", "storm"], ["claims", "motor"], ["support", "refund_reply"], ["default", "default"]] as const;

function makeItem(world: World, at: number): Stored {
  const texts = world.mood === "ugly" ? [...uglyTexts, ...letters] : letters;
  const text = texts[at % texts.length] ?? "";
  const [domain, task] = SEGMENTS[at % SEGMENTS.length] ?? ["default", "default"];
  const kind = ["edit", "approve", "released", "reject", "pending", "blocked"][at % 6] ?? "pending";
  const verdict = kind === "edit" || kind === "approve" || kind === "reject" ? kind : null;
  const status = kind === "pending" ? "pending" : kind === "blocked" || kind === "reject" ? "blocked" : "released";
  const isErased = at === 11;
  const item_id = newId();
  const received = world.in(-(at + 1) * 37);
  const decided = status === "pending" ? null : world.in(-(at + 1) * 37 + 24);
  const key = world.mood === "ugly" && at % 7 === 0 ? `key-${"x".repeat(240)}` : at % 9 === 8 ? null : `CLM-${48213 - at * 7}`;
  const action = kind === "released" ? "release" : kind === "blocked" ? "block" : "review";
  const output: wire.OutputObject = text.startsWith("{") ? { type: "json", value: JSON.parse(text) } : { type: "text", text };
  const item: wire.ItemOut = {
    item_id,
    key,
    status,
    state: status === "pending" ? "in_review" : "delivered",
    received_at: received,
    submitted: isErased
      ? { domain, task }
      : {
          output,
          prompt: "Write the settlement letter. State what is paid, what is not and why, name the policy section, and say how to object.",
          context: [
            { id: "p1", title: "Policy schedule, page 2", text: "Sum insured EUR 65,000. Excess EUR 150 for each claim; for damage by escaping tap water EUR 300 for each claim." },
            { id: "p2", title: "Policy wording, section 4.2", text: "We pay for contents destroyed or damaged by tap water that has escaped from pipes, hoses or the machines connected to them." },
          ],
          confidence: at % 5 === 0 ? null : 0.99 - (at % 40) / 50,
          domain,
          task,
          model: "claims-writer-7.2",
          prompt_version: "letter-31",
          language: "en",
          metadata: { amount: 4120, channel: "e-mail", customer: "gold" },
        },
    scores: isErased ? [] : scores(text),
    risk: null,
    route: route(action),
    queue: action === "review" ? "payout-letters" : null,
    reviews: verdict === null ? [] : [reviewOf(world, item_id, verdict, text)],
    outcome: status === "pending" ? null : outcome(item_id, key, status, verdict, decided, action, status === "released" && !isErased ? output : null),
    audit_sample: null,
    deliveries: [],
    versions: { policy: 14 },
    recalls: [],
    second_looks: [],
    taxonomy: [{ name: "wrong_amount", severity: "major" }, { name: "missing_citation", severity: "minor" }, { name: "unsafe", severity: "critical" }],
    erased_at: isErased ? world.in(-30) : null,
  };
  if (at === 8) takeBack(world, item, text);
  if (at === 14) item.second_looks.push({ kind: "appeal", reason: "I sent the photographs in time.", by: "customer 771", queue: "payout-letters", state: "open", asked_at: world.in(-30), due_at: world.in(200) });
  return { item, timeline: timeline(item, received, decided, verdict) };
}

/** An item that was recalled and then corrected. */
function takeBack(world: World, item: wire.ItemOut, text: string): void {
  const by = { person_id: newId(), name: "Reviewer 7" };
  const first = { recalled_at: world.in(-50), why: "recall", reason: "The excess is missing.", severity: "major", categories: ["wrong_amount"], correction: null };
  const correction: wire.OutputObject = { type: "text", text: `${text} The excess of EUR 150.00 is taken off.` };
  const second = { ...first, recalled_at: world.in(-40), why: "override", reason: "Now with the excess.", correction };
  item.recalls.push({ ...first, recall_id: newId(), number: 1, by }, { ...second, recall_id: newId(), number: 2, by });
  item.state = "recalled";
  if (item.outcome !== null) item.outcome = { ...item.outcome, recall: second, text: correction.text };
}

function reviewOf(world: World, item_id: string, verdict: string, text: string): wire.ReviewOut {
  return {
    review_id: newId(),
    item_id,
    assignment_id: newId(),
    reviewer: { person_id: newId(), name: "Reviewer 7" },
    kind: "review",
    verdict,
    output: verdict === "edit" ? { type: "text", text: text.replace("4,120.00", "3,970.00") } : null,
    severity: verdict === "approve" ? null : "major",
    categories: verdict === "approve" ? [] : ["wrong_amount"],
    spans: [],
    reason: verdict === "approve" ? null : "Took the general excess. Tap water has its own, see schedule page 2.",
    active_ms: 94_000,
    submitted_at: world.in(-60),
    undo_until: world.in(-59.8),
    state: "final",
  };
}

function outcome(item_id: string, key: string | null, status: string, verdict: string | null, decided: string | null, action: string, output: wire.OutputObject | null): wire.ResultOut {
  return {
    item_id,
    key,
    status: status as wire.ResultOut["status"],
    source: status === "pending" ? null : verdict === "edit" ? "edited" : verdict === null ? "auto" : "human",
    decided_by: status === "pending" ? null : verdict === null ? "policy" : "review",
    text: null,
    output,
    content_hash: null,
    show: null,
    label: null,
    reason: "amount 4,120 is at least 2,500",
    categories: [],
    route: shortRoute(route(action)),
    review: verdict === null ? null : { verdict, severity: null, reviews: 1, adjudicated: false, choice: null, ranking: null },
    reference: null,
    due_at: null,
    decided_at: decided,
    late: false,
    recall: null,
  };
}

function timeline(item: wire.ItemOut, received: string, decided: string | null, verdict: string | null): wire.TimelineEntry[] {
  const entry = (event: string, at: string, rest: Partial<wire.TimelineEntry> = {}): wire.TimelineEntry => ({
    at, actor: null, event, why: null, details: {}, audit_index: 1_048_000 + Number.parseInt(item.item_id.slice(-3), 16), ...rest,
  });
  const first = [
    entry("item.received", received, { actor: "claims service", why: "Draft text is shown to the customer's adviser.", details: { key: item.key } }),
    entry("item.routed", received, { why: item.route?.reason ?? null, details: { rule: item.route?.rule ?? "", policy_version: 14, queue: item.queue } }),
  ];
  if (decided === null) return [...first, entry("item.escalated", received, { details: { queue: "payout-letters" }, audit_index: null })];
  const middle =
    verdict === null
      ? []
      : [
          entry("assignment.claimed", decided, { actor: "Reviewer 7" }),
          entry("review.submitted", decided, { actor: "Reviewer 7", details: { verdict, severity: "major", categories: ["wrong_amount"] }, why: "Took the general excess. Tap water has its own." }),
          entry("item.settled", decided),
        ];
  return [
    ...first,
    ...middle,
    entry(item.status === "blocked" ? "item.blocked" : "item.released", decided),
    entry("item.delivered", decided, { why: "Webhook to the claims service, first attempt.", details: { duration_ms: 212 } }),
    ...(item.erased_at === null ? [] : [entry("item.erased", item.erased_at, { actor: "Admin 1" })]),
  ];
}

export function short(item: wire.ItemOut): wire.ItemShort {
  const { submitted, outcome: result } = item;
  const output = submitted.output;
  const text = output === undefined || output === null ? "" : output.type === "text" ? output.text : output.type === "json" ? JSON.stringify(output.value) : "";
  return {
    item_id: item.item_id,
    key: item.key,
    status: item.status,
    state: item.state,
    domain: submitted.domain ?? "default",
    task: submitted.task ?? "default",
    model: submitted.model ?? null,
    language: submitted.language ?? null,
    confidence: submitted.confidence ?? null,
    queue: item.queue,
    action: item.route?.action ?? null,
    rule: item.route?.rule ?? null,
    verdict: result?.review?.verdict ?? null,
    source: result?.source ?? null,
    received_at: item.received_at,
    decided_at: result?.decided_at ?? null,
    due_at: null,
    snippet: text.slice(0, 200),
  };
}

export function assignment(world: World, queue: string, at: number): wire.AssignmentOut {
  const { item } = makeItem(world, Math.abs(at) * 6);
  const { key: _key, ...submitted } = item.submitted;
  return {
    assignment_id: newId(),
    kind: "review",
    state: "held",
    item_id: item.item_id,
    item: submitted,
    scores: item.scores,
    segment: "claims:payout_letter",
    queue,
    fence: 1,
    lease_until: world.in(10),
    lease_s: 600,
    due_at: world.in(42),
    received_at: world.in(-60),
    why_here: { sentence: "a figure was not found in the context and the amount is over EUR 2,500", rule: "large_payouts", policy_version: 14, values: { "metadata.amount": 4120 }, uncertified: false },
    verdicts: ["approve", "edit", "reject"],
    form: {
      categories: [{ name: "wrong_amount", severity: "major" }, { name: "missing_section", severity: "minor" }, { name: "hallucination", severity: "critical" }],
      reason: "when_changed",
      fallback: "A colleague will write to you today.",
      undo_s: 10,
    },
    guideline: null,
    rubric: null,
    unsent_review: null,
  };
}

function people(own: wire.MeOut, mood: Mood): wire.MemberOut[] {
  const member = (name: string, roles: string[], rest: Partial<wire.MemberOut> = {}): wire.MemberOut => ({
    person_id: newId(),
    name,
    email: `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "")}@example.org`,
    is_active: true,
    roles,
    level: "junior",
    skills: ["claims"],
    languages: ["en"],
    is_invited: false,
    invite_url: null,
    ...rest,
  });
  const me = member(own.person.name, ["lead", "admin"], { ...own.person, level: "senior", languages: ["en", "de"] });
  if (mood === "empty") return [me];
  return [
    me,
    member("Reviewer 3", ["senior"], { level: "senior", skills: ["claims", "contracts"], languages: ["en", "de", "pl"] }),
    member("Reviewer 11", ["reviewer"], { is_invited: true, skills: [] }),
    member("Auditor 1", ["auditor"], { skills: [], is_active: false }),
    ...(mood === "ugly"
      ? [member("Maximiliane-Alexandrina von Beispielhausen-Musterberg", ["reviewer", "senior", "lead", "engineer", "auditor", "admin"], { email: `${"very.long.".repeat(8)}address@subdomain.of.an.organisation.example.org`, skills: Array.from({ length: 24 }, (_, at) => `skill-number-${at}`) })]
      : []),
  ];
}

function keys(world: World): wire.KeyOut[] {
  const usual = ["events.read", "items.appeal", "items.outcome", "items.submit"];
  const one = (name: string, pub: string, rest: Partial<wire.KeyOut>): wire.KeyOut => ({
    key_id: newId(), name, public: pub, scopes: usual, created_at: world.in(-50_000), expires_at: null, revoked_at: null, last_used_at: null, key: null, ...rest,
  });
  return [
    one("claims service, production", "8f3k2m1q", { last_used_at: world.in(-2) }),
    one("nightly export", "p0d7x4aa", { scopes: ["exports.read", "exports.write", "items.read"], expires_at: world.in(60 * 24 * 80), last_used_at: world.in(-700) }),
    one("old gateway", "zz91kk2b", { revoked_at: world.in(-9_000), last_used_at: world.in(-9_100) }),
  ];
}

function policies(world: World): wire.PolicyOut[] {
  const author_id = world.people.find((one) => one.name === "Reviewer 3")?.person_id ?? null;
  const version = (n: number, rest: Partial<wire.PolicyOut>): wire.PolicyOut => ({
    version: n, state: "past", yaml: policyYaml, note: "", author_id, created_at: world.in(-n * -3_000 - 60_000), activated_at: world.in(-n * -3_000 - 59_000),
    base: n - 1, approved_by: null, approved_at: null, approval_note: null, instead_of: n > 1 ? n - 1 : null, ...rest,
  });
  if (world.mood === "empty") return [version(1, { state: "active", yaml: "policy: 1\n", author_id: null })];
  return [
    version(15, { state: "proposed", activated_at: null, note: "Release small payouts" }),
    version(14, { state: "active", note: "Two people above EUR 2,500" }),
    version(13, { note: "Tap water has its own excess" }),
    ...Array.from({ length: 12 }, (_, at) => version(12 - at, {})),
  ];
}

const filterNames = [
  "status", "state", "domain", "task", "queue", "model", "verdict", "source", "rule", "key", "group", "category", "error", "audited",
  "received_from", "received_to", "decided_from", "decided_to", "confidence_from", "confidence_to", "received", "decided", "overdue", "late", "q",
];
const filtersOut: wire.FiltersOut = {
  data: [
    ...filterNames.map((name) => ({ name, kind: "word", values: null, ready: true })),
    { name: "metadata.customer", kind: "string", values: null, ready: true },
  ],
  sorts: ["-received_at", "received_at", "-decided_at", "decided_at", "-confidence", "confidence"],
  zone: "Europe/Berlin",
};

const given = (code: string, name: string, filters: { [name: string]: string }, sort = "-received_at"): wire.ViewOut => ({
  name, filters, sort, columns: null, shared: false, owner: null, given: code,
});
const givenViews = [
  given("overdue", "Overdue", { overdue: "true" }, "received_at"),
  given("overridden_this_week", "Overridden this week", { verdict: "edit,reject", decided: "this_week" }, "-decided_at"),
  given("confidently_wrong", "Confidently wrong", { error: "true", confidence_from: "0.92" }, "-confidence"),
  given("found_wrong_by_audit", "Released and found wrong by audit", { audited: "wrong" }),
];

function matchOf(text: string, words: string): wire.MatchOut | null {
  const at = words === "" ? -1 : text.toLowerCase().indexOf(words);
  if (at < 0) return null;
  const start = [...text.slice(0, at)].length;
  return { field: "output", text, marks: [[start, start + [...words].length]] };
}
