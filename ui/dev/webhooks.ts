/** The webhooks of the invented world: one that is well, one whose receiver fails, one that was switched off. */
import type * as wire from "../src/api/schema.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"; // the example of the Standard Webhooks specification
const HEALTHY: wire.WebhookHealth = {
  attempts: 0, succeeded: 0, success_share: null, failures_in_a_row: 0, p95_ms: null, waiting: 0, dead: 0,
  oldest_waiting_at: null, last_error: null, last_error_at: null, ticks: [],
};

type In = (minutes: number) => string;
type Refuse = (status: number, code: string, message: string, path: string) => never;
type Answer = [number, unknown];

export class WebhookWorld {
  webhooks: wire.WebhookOut[];
  deliveries: wire.DeliveryOut[];
  private revision = 1;

  constructor(
    mood: string,
    private readonly at: In,
    private readonly newId: () => string,
    private readonly refuse: Refuse,
  ) {
    this.webhooks = mood === "empty" ? [] : this.some(mood === "ugly");
    this.deliveries = mood === "empty" ? [] : this.webhooks.flatMap((one) => this.deliveriesOf(one));
  }

  /** What goes with every answer about one webhook. */
  get etag(): string {
    return `"r${this.revision}"`;
  }

  answer(method: string, parts: readonly string[], query: URLSearchParams, body: unknown): Answer {
    const [noun, first, second] = parts;
    if (noun === "deliveries") return this.onDeliveries(method, first, query);
    const known = this.webhooks.find((one) => one.name === first);
    if (first === undefined) return method === "GET" ? [200, this.page(this.webhooks)] : this.make(body as wire.WebhookIn);
    if (known === undefined) return this.refuse(404, "not_found", "There is nothing here, or it is not yours to see.", "");
    switch (`${method} ${second ?? ""}`) {
      case "GET ":
        return [200, known];
      case "PATCH ":
        return this.change(known, body as wire.WebhookPatch);
      case "DELETE ":
        this.webhooks = this.webhooks.filter((one) => one !== known);
        return [204, undefined];
      case "POST rotate":
        known.old_secret_until = this.at(24 * 60);
        return [200, { ...known, secret: SECRET }];
      default: {
        const made = this.delivery(known.name, "webhook.test", known.name, "waiting", []);
        this.deliveries = [made, ...this.deliveries];
        return [202, made];
      }
    }
  }

  private onDeliveries(method: string, id: string | undefined, query: URLSearchParams): Answer {
    if (method === "GET") {
      const webhook = query.get("webhook");
      const state = query.get("state");
      return [200, this.page(this.deliveries.filter((one) => one.webhook === webhook && (state === null || one.state === state)))];
    }
    if (id === "replay") return [202, { job_id: this.newId() }];
    const found = this.deliveries.find((one) => one.delivery_id === id);
    if (found !== undefined) found.state = "waiting";
    return [202, found];
  }

  private make(wanted: wire.WebhookIn): Answer {
    if (/^https?:\/\/(10\.|127\.|localhost)/.test(wanted.url)) {
      const host = new URL(wanted.url).hostname;
      const why = `${host} is inside a private network. An admin can allow it in the server's configuration (allowed_private_hosts).`;
      return this.refuse(422, "address_refused", why, "/url");
    }
    const made = this.webhook(wanted.name, wanted.url, { types: wanted.types ?? [], content: wanted.content ?? true });
    this.webhooks = [...this.webhooks, made];
    return [201, { ...made, secret: SECRET }];
  }

  private change(known: wire.WebhookOut, patch: wire.WebhookPatch): Answer {
    const moved = patch.url != null && new URL(patch.url).origin !== new URL(known.url).origin;
    this.revision += 1;
    Object.assign(known, patch);
    if (known.enabled) known.disabled_why = null;
    return [200, { ...known, secret: moved ? SECRET : null }];
  }

  private page<T>(data: T[]): wire.Page<T> {
    return { data, next_cursor: null, count: null, count_is: null };
  }

  private webhook(name: string, url: string, more: Partial<wire.WebhookOut> & { health?: wire.WebhookHealth }): wire.WebhookOut {
    return {
      webhook_id: this.newId(), name, url, types: ["item.released", "item.blocked", "item.recalled"], content: true, enabled: true,
      disabled_why: null, disabled_at: null, old_secret_until: null, created_at: this.at(-9_000), health: HEALTHY, secret: null, ...more,
    };
  }

  private some(isUgly: boolean): wire.WebhookOut[] {
    const ticks = (bad: (at: number) => boolean) => Array.from({ length: 50 }, (_, at) => !bad(at));
    const failing = {
      attempts: 212, succeeded: 61, success_share: 0.29, failures_in_a_row: 14, p95_ms: 15_000, waiting: 38, dead: 3,
      oldest_waiting_at: this.at(-190), last_error: "No whole answer within 15 s.", last_error_at: this.at(-1), ticks: ticks((at) => at > 20),
    };
    return [
      this.webhook("claims-app", "https://claims.example.org/hooks/handrail", {
        health: { ...HEALTHY, attempts: 412, succeeded: 411, success_share: 0.998, p95_ms: 84, ticks: ticks((at) => at === 12) },
        old_secret_until: this.at(600),
      }),
      this.webhook("crm", "https://crm.example.org/in", { types: ["item.*", "review.submitted"], health: failing }),
      this.webhook("old-gateway", "https://gateway.example.net/outcomes", {
        enabled: false, disabled_why: "The receiver answered 410: it wants nothing any more.", disabled_at: this.at(-700),
      }),
      ...(isUgly ? [this.webhook("a".repeat(64), `https://${"very-long-".repeat(5)}name.example.org/${"x".repeat(300)}`, { types: Array.from({ length: 24 }, (_, at) => `item.kind_${at}`), health: failing })] : []),
    ];
  }

  private deliveriesOf({ name, enabled, health }: wire.WebhookOut): wire.DeliveryOut[] {
    if (!enabled) return [];
    const ok = (at: number): wire.AttemptOut => ({ at: this.at(at), took_ms: 61, status: 200, error: null, answer: "ok" });
    const bad = (at: number): wire.AttemptOut => ({ at: this.at(at), took_ms: 15_000, status: null, error: "No whole answer within 15 s.", answer: null });
    const made = Array.from({ length: 6 }, (_, at) => this.delivery(name, at % 3 === 2 ? "item.blocked" : "item.released", this.newId(), "done", [ok(-at * 7 - 2)]));
    if (health.dead === 0) return made;
    const waiting = this.delivery(name, "item.released", this.newId(), "waiting", [bad(-5), bad(-1)]);
    const dead = Array.from({ length: 3 }, () => this.delivery(name, "item.released", this.newId(), "dead", Array.from({ length: 10 }, (_, at) => bad(-at * 400))));
    return [waiting, ...dead, ...made];
  }

  private delivery(webhook: string, type: string, subject: string, state: wire.DeliveryState, attempts: wire.AttemptOut[]): wire.DeliveryOut {
    return {
      delivery_id: this.newId(), webhook, event_id: this.newId(), type, subject, state, attempts, created_at: this.at(-12),
      next_attempt_at: state === "waiting" ? this.at(4) : null, finished_at: state === "waiting" ? null : this.at(-1),
    };
  }
}
