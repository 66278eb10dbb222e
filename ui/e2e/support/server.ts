/** A real server in a folder of its own: started, killed, started again on the same address. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PLACE = join(ROOT, ".local", "e2e");
/** A start includes making the database; a busy machine needs its time. */
const START_MS = 60_000;

export class Server {
  /** All that the server printed since its last start. */
  printed = "";
  private process: ChildProcess | null = null;

  private constructor(
    private readonly words: readonly string[],
    private readonly port: number,
    readonly folder: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A running server with an empty folder; `words` are the command and its options, such as `serve`. */
  static async start(...words: string[]): Promise<Server> {
    mkdirSync(PLACE, { recursive: true });
    const server = new Server(words, await freePort(), mkdtempSync(join(PLACE, "server-")));
    await server.startAgain();
    return server;
  }

  /** Starts it on its old address, with what its folder holds. Rejects with what it printed if it does not come up. */
  async startAgain(): Promise<void> {
    const [command, ...before] = commandLine();
    this.printed = "";
    const child = spawn(command, [...before, ...this.words, "--data-dir", this.folder, "--port", String(this.port)], {
      cwd: this.folder,
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (this.printed += bytes.toString()));
    await new Promise<void>((ready, failed) => {
      const give = setTimeout(() => failed(new Error(`not ready after ${START_MS} ms: ${this.printed}`)), START_MS);
      child.stdout.on("data", () => {
        if (!this.printed.includes("Handrail is ready:")) return;
        clearTimeout(give);
        ready();
      });
      child.once("exit", (code) => {
        clearTimeout(give);
        failed(new Error(`the server ended with ${code}: ${this.printed}`));
      });
    });
  }

  /** Kills it as a power cut would: nothing is finished, nothing is said. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** Stops it in order and removes its folder. */
  async remove(): Promise<void> {
    await this.end("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a command of the operator beside the server, on its folder. Throws what it printed if it fails. */
  command(...words: string[]): void {
    const [command, ...before] = commandLine();
    const { status, stdout, stderr } = spawnSync(command, [...before, ...words, "--data-dir", this.folder], { cwd: this.folder, env: environment(), encoding: "utf8" });
    if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}: ${stdout}${stderr}`);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    this.process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill(signal);
    const insist = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(insist);
  }
}

function commandLine(): [string, ...string[]] {
  const named = process.env["HANDRAIL"];
  if (named !== undefined && existsSync(named)) return [named];
  return [join(ROOT, ".venv", "bin", "python"), "-m", "handrail"];
}

/** Without settings of the person who runs the tests: a HANDRAIL_DATABASE of theirs must not be touched. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HANDRAIL_")));
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === "object" ? found(address.port) : failed(new Error("no port"))));
    });
  });
}
