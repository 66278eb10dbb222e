/** The server as programs and people reach it: over HTTP, never through its database. */
import type { Server } from "./server";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export interface Answer {
  status: number;
  body: any; // the shapes are the server's; each test looks at what it names
  headers: Headers;
}

/** Somebody with a session, or a program with a key. */
export class Client {
  constructor(
    readonly url: string,
    private readonly headers: Readonly<Record<string, string>>,
    /** The value of the session cookie; empty for a key. */
    readonly session = "",
  ) {}

  in(project: string): Client {
    return new Client(this.url, { ...this.headers, "Handrail-Project": project }, this.session);
  }

  /** The answer, whatever its status. */
  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { ...this.headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? null : parsed(text), headers: answer.headers };
  }

  /** The body of an answer that says yes. Rejects with the server's words otherwise. */
  async tell(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<any> {
    const answer = await this.ask(method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  get(path: string): Promise<any> {
    return this.tell("GET", path);
  }
  post(path: string, body: unknown = {}): Promise<any> {
    return this.tell("POST", path, body);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A client with the session of a person. */
export async function signIn(url: string, email: string, password: string): Promise<Client> {
  const answer = await new Client(url, {}).ask("POST", "/v1/sessions", { email, password });
  return withSession(url, answer);
}

function withSession(url: string, answer: Answer): Client {
  const cookie = answer.headers.getSetCookie().map((one) => /^handrail=([^;]+)/.exec(one)?.[1]).find((one) => one !== undefined);
  if (answer.status !== 201 || cookie === undefined) throw new Error(`no session: ${answer.status} ${JSON.stringify(answer.body)}`);
  return new Client(url, { Cookie: `handrail=${cookie}`, "X-CSRF-Token": answer.body.csrf_token }, cookie);
}

export const keyClient = (url: string, key: string): Client => new Client(url, { Authorization: `Bearer ${key}` });

/** The link that the first start prints. */
export function setupLink(server: Server): string {
  const link = /this link works once\): (\S+)/.exec(server.printed)?.[1];
  if (link === undefined) throw new Error(`no set-up link: ${server.printed}`);
  return link;
}

/** Makes the first admin; their address. */
export async function firstAdmin(server: Server, password: string): Promise<string> {
  const token = new URL(setupLink(server)).hash.slice(1);
  const email = "admin@example.org";
  await new Client(server.url, {}).post("/v1/setup", { token, name: "First Admin", email, password });
  return email;
}
