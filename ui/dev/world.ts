/**
 * An invented server for development and tests: it answers `/v1` in the shapes of src/api/schema.ts from memory.
 * It keeps the rules a page can notice (sessions, CSRF, idempotency keys, claims), and no others.
 */
import type * as wire from "../src/api/schema.ts";
import { json, newId, notFound, page, part, refuse, Refusal } from "./answers.ts";
import { checkLines, listEntries, logState } from "./audit-log.ts";
import { assignment, assignmentOf, changeQueue, keepDraft, onAssignment, queues, undo } from "./desk.ts";
import { filtersOut, follow, givenViews, item, list, values } from "./explorer.ts";
import { answerExports, exportsOf } from "./exports.ts";
import { makeItem, type Stored } from "./items.ts";
import { metric, metricList, missesOf } from "./metrics.ts";
import { answerPolicies, policies, policy } from "./policies.ts";
import { accept, addPerson, changeMe, changePerson, inviteAgain, keys, LONG_NAME, makeKey, me, people, project, setUp, signIn } from "./team.ts";
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
  exports: wire.ExportOut[];
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
    this.exports = exportsOf(this);
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
        return setUp(this, body as wire.SetupIn);
      case "GET sessions":
        return [200, this.signOn];
      case "POST sessions":
        return parts[1] === "confirm" ? [200, { confirmed_at: this.in(0) }] : signIn(this, body as wire.SignIn);
      case "DELETE sessions":
        this.isSignedIn = false;
        return [204, undefined];
      case "GET me":
        return parts[1] === "views" ? [200, { data: [...this.views, ...givenViews] }] : [200, this.me];
      case "PUT me":
        this.views = (body as wire.ViewsIn).views.map((one) => ({ ...one, owner: null, given: null }));
        return [200, { data: [...this.views, ...givenViews] }];
      case "PATCH me":
        return changeMe(this, body as wire.MePatch);
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
        return changeQueue(this, parts[1] ?? "", body as wire.QueuePatch);
      case "GET assignments":
        return parts[1] === undefined ? [200, { data: this.held.filter((one) => one.state === "held") }] : [200, assignmentOf(this, parts[1])];
      case "POST assignments":
        return onAssignment(this, parts[1] ?? "", parts[2] ?? "", body);
      case "PUT assignments":
        return keepDraft(this, parts[1] ?? "", body as wire.UnsentReview);
      case "GET reviews":
        return [200, { given: this.held.filter((one) => one.state === "submitted").length, since: this.in(-600) }];
      case "POST reviews":
        return undo(this, parts[1] ?? "");
      case "GET items":
        if (parts[1] === "filters") return parts[2] === undefined ? [200, filtersOut] : values(this, parts[2], query);
        return parts[1] === undefined ? list(this, query) : item(this, parts[1], parts[2]);
      case "GET audit-log":
        return parts[1] === "state" ? [200, this.auditLog] : [200, listEntries(this.items, query)];
      case "POST items":
        return follow(this, parts[1] ?? "", parts[2] ?? "", body as wire.OverrideIn & wire.AppealIn & wire.ReopenIn);
      case "GET policies":
        return policy(this, parts[1]);
      case "POST policies":
        return answerPolicies(this, parts.slice(1), body, this.ifMatch);
      case "GET exports":
      case "POST exports":
        return answerExports(this, method, parts[1], query, body);
      case "GET keys":
        return [200, part(this.keys, query)];
      case "POST keys":
        return makeKey(this, body as wire.KeyIn);
      case "DELETE keys":
        this.keys = this.keys.map((one) => (one.key_id === parts[1] ? { ...one, revoked_at: this.in(0) } : one));
        return [204, undefined];
      case "GET people":
        return [200, part(this.people, query)];
      case "POST people":
        if (parts[1] === "accept") return accept(this, body as wire.AcceptIn);
        return parts[2] === "invite" ? inviteAgain(this, parts[1] ?? "") : addPerson(this, body as wire.PersonIn);
      case "PUT people":
      case "PATCH people":
        return changePerson(this, parts[1] ?? "", body as Partial<wire.MemberOut>);
      case "DELETE people":
        this.people = this.people.filter((one) => one.person_id !== parts[1]);
        return [204, undefined];
      default:
        throw new Refusal(404, "not_found", "There is nothing at this address.");
    }
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
}
