/** Starts the desk and the example desk; each worker finds their addresses in the environment. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { firstAdmin } from "./api";
import { LOOKS } from "./look";
import { Server } from "./server";

export const PASSWORD = "long enough for the tests";

export default async function globalSetup(): Promise<() => Promise<void>> {
  rmSync(LOOKS, { force: true });
  const [desk, example] = await Promise.all([Server.start("serve"), Server.start("demo", "--every", "1")]);
  const admin = await firstAdmin(desk, PASSWORD);
  process.env["E2E_DESK"] = JSON.stringify({ url: desk.url, admin, password: PASSWORD });
  process.env["E2E_EXAMPLE"] = JSON.stringify({ url: example.url, ...visitorOf(example.printed) });
  return async () => {
    await Promise.all([desk.remove(), example.remove()]);
    sumUp();
  };
}

/** What axe looked at; those it is unsure of are for people to look at. */
function sumUp(): void {
  if (!existsSync(LOOKS)) return;
  const looks = readFileSync(LOOKS, "utf8").trim().split("\n").map((line) => JSON.parse(line) as { where: string; violations: number; passed: number; unsure: number });
  const own = looks.filter(({ where }) => where !== "a page with faults");
  const sum = (of: (look: (typeof own)[number]) => number) => own.reduce((total, look) => total + of(look), 0);
  console.log(`axe: ${own.length} pages and states, ${sum((one) => one.passed)} rules passed, ${sum((one) => one.violations)} violations, ${sum((one) => one.unsure)} to be looked at by people`);
}

function visitorOf(printed: string): { email: string; password: string } {
  const found = /Sign in as (\S+) with the password (\S+)/.exec(printed);
  if (!found?.[1] || !found[2]) throw new Error(`the example desk did not say how to sign in: ${printed}`);
  return { email: found[1], password: found[2] };
}
