/** `test` with a page that is watched: what it asks for, what it says, what opens. */
import { test as base, type BrowserContext, expect, type Page } from "@playwright/test";
import type { Client } from "./api";

export { expect };

/** What a page did that no page of ours may do. */
export class Watch {
  readonly foreign: string[] = [];
  readonly said: string[] = [];
  readonly refused: string[] = [];
  readonly dialogs: string[] = [];
  /** What the journey itself brings about, such as a refused sign-in: "401 GET /v1/me". */
  private readonly allowed: RegExp[] = [/^401 GET \/v1\/me$/];

  constructor(page: Page) {
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (hostname !== "127.0.0.1" && !["data:", "blob:"].includes(protocol)) this.foreign.push(request.url());
    });
    page.on("response", (response) => {
      if (response.status() >= 400) this.refused.push(`${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`);
    });
    page.on("console", (message) => {
      // What was refused is looked at above, with its address.
      if (message.text().startsWith("Failed to load resource")) return;
      if (message.type() === "error" || /content security policy/i.test(message.text())) this.said.push(message.text());
    });
    page.on("pageerror", (error) => this.said.push(`defect: ${error.message}`));
    page.on("dialog", (dialog) => {
      this.dialogs.push(dialog.message());
      void dialog.dismiss();
    });
  }

  allow(what: RegExp): void {
    this.allowed.push(what);
  }

  check(): void {
    expect(this.foreign, "requests to other hosts").toEqual([]);
    expect(this.dialogs, "dialogs of the browser").toEqual([]);
    const unexpected = (lines: readonly string[]) => lines.filter((line) => !this.allowed.some((one) => one.test(line)));
    expect(unexpected(this.said), "what the console says").toEqual([]);
    expect(unexpected(this.refused), "what the server refused").toEqual([]);
  }
}

const watches = new WeakMap<Page, Watch>();
export function watchOf(page: Page): Watch {
  const watch = watches.get(page);
  if (watch === undefined) throw new Error("this page is not watched");
  return watch;
}

/** Watches a page that a test opened itself. */
export function watch(page: Page): Watch {
  const made = new Watch(page);
  watches.set(page, made);
  return made;
}

export const test = base.extend({
  page: async ({ page }, use) => {
    const watching = watch(page);
    await use(page);
    watching.check();
  },
});

/** Puts a session into a browser, as signing in there would. */
export async function bring(context: BrowserContext, who: Client): Promise<void> {
  await context.addCookies([{ name: "handrail", value: who.session, url: who.url, httpOnly: true, sameSite: "Strict" }]);
}

/** What a person set in their own settings, by the names the app stores. */
export async function prefer(who: Client, settings: Record<string, unknown>): Promise<void> {
  const me = await who.get("/v1/me");
  await who.tell("PATCH", "/v1/me", { settings: { ...me.settings, ...settings } });
}
