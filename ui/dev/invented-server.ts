import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { reviewerPermissions } from "./team.ts";
import { type Mood, World } from "./world.ts";

const worlds = new Map<string, World>();

/** The world of a browser: its mood stands in the cookie `world`, such as `ugly` or `full+stopped`. */
function worldOf(cookies: string): World {
  const name = /(?:^|;\s*)world=([^;]+)/.exec(cookies)?.[1] ?? "full";
  const kept = worlds.get(name);
  if (kept !== undefined) return kept;
  const [mood = "full", ...extras] = decodeURIComponent(name).split("+");
  const isReviewer = extras.includes("reviewer");
  const world = new World({
    mood: mood as Mood, // whatever else stands in the cookie behaves like "full"
    signedIn: !extras.includes("out"),
    isDemo: extras.includes("demo"),
    ...(isReviewer && { roles: ["reviewer"], permissions: reviewerPermissions }),
  });
  if (extras.includes("stopped")) {
    world.stop = { in_force: true, freeze: false, since: world.in(-60), by: "Reviewer 3", reason: "Two wrong amounts in ten minutes.", scope: "project" };
  }
  if (extras.includes("sick")) {
    world.health.ok = false;
    world.health.parts[1] = { name: "worker", ok: false, why: "The worker does not answer: verdicts do not settle and deadlines do not fire. Restart the server.", since: world.in(-4) };
  }
  worlds.set(name, world);
  return world;
}

type Next = () => void;

/** Answers `/v1` from the invented world; everything else goes on to the next handler. */
export function createInventedServer() {
  return async (incoming: IncomingMessage, outgoing: ServerResponse, next: Next): Promise<void> => {
    if (incoming.url === undefined || !incoming.url.startsWith("/v1/")) return next();
    const hasBody = !["GET", "HEAD"].includes(incoming.method ?? "GET");
    const request = new Request(new URL(incoming.url, "http://127.0.0.1"), {
      method: incoming.method ?? "GET",
      headers: Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(hasBody && { body: await textOf(incoming) }),
    });
    const answer = await worldOf(incoming.headers.cookie ?? "").answer(request);
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body === null) return void outgoing.end();
    const body = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]); // two typings of one stream
    outgoing.on("close", () => body.destroy());
    body.pipe(outgoing);
  };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer); // a request without encoding yields buffers
  return Buffer.concat(pieces).toString("utf8");
}
