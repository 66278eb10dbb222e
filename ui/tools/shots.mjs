// Pictures of every page and state, in both themes and at four widths, beside what axe and the console say about them.
// Wants the server of `npm run serve:dev`. Use: npm run shots -- [part of a name]
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "@playwright/test";

const base = process.env.HANDRAIL_URL ?? "http://127.0.0.1:8402";
const folder = process.env.SHOTS ?? "/tmp/shots";
const wanted = process.argv[2] ?? "";
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
mkdirSync(folder, { recursive: true });

const SIZES = { 1440: [1440, 900], 1280: [1280, 800], 1024: [1024, 768], 768: [768, 1024], 390: [390, 844] };
const ALL = Object.keys(SIZES);
const WIDE = ["1440", "390"];
const THEMES = process.env.THEMES?.split(",") ?? ["light", "dark"];

const press = (keys) => async (page) => page.keyboard.press(keys);
const click = (name, role = "button") => async (page) => page.getByRole(role, { name }).first().click();
const steps = (...all) => async (page) => {
  for (const step of all) await step(page);
};
const openStop = async (page) => {
  const menu = page.getByRole("button", { name: "Menu" });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole("button", { name: /^Stop$|Stop$/ }).first().click();
};

const PAGES = [
  { name: "queues", path: "/queues", sizes: ALL },
  { name: "queues-all", path: "/queues?all=true", sizes: WIDE },
  { name: "queues-ugly", path: "/queues", world: "ugly", sizes: ALL },
  { name: "queues-empty", path: "/queues", world: "empty", sizes: WIDE },
  { name: "queues-stopped", path: "/queues", world: "full+stopped+sick+demo", sizes: WIDE },
  { name: "queues-reviewer", path: "/queues", world: "full+reviewer", sizes: ["1440"] },
  { name: "queues-pause", path: "/queues?all=true", sizes: ["1440"], act: click(/^Pause/) },
  { name: "items", path: "/items", sizes: ALL },
  { name: "items-panel", path: "/items?verdict=edit,reject&domain=claims", sizes: ["1440", "1280", "1024"], act: steps(press("j"), press("j")) },
  { name: "items-ugly", path: "/items", world: "ugly", sizes: ["1440", "390"], act: press("j") },
  { name: "items-none", path: "/items?queue=nothing&q=hail&status=blocked", sizes: WIDE },
  { name: "items-empty", path: "/items", world: "empty", sizes: ["1440"] },
  { name: "items-suggest", path: "/items", sizes: WIDE, act: steps(press("/"), async (page) => page.keyboard.type("verdict is ")) },
  { name: "item", path: "/items", sizes: WIDE, act: async (page) => openItem(page, 0) },
  { name: "item-scores", path: "/items", sizes: WIDE, act: steps((page) => openItem(page, 0), click(/Scores/, "tab")) },
  { name: "item-reviews", path: "/items", sizes: WIDE, act: steps((page) => openItem(page, 0), click(/Reviews/, "tab")) },
  { name: "item-route", path: "/items", sizes: WIDE, act: steps((page) => openItem(page, 2), click("Why here", "tab")) },
  { name: "item-erased", path: "/items", sizes: ["1440"], act: (page) => openItem(page, 11) },
  { name: "item-ugly", path: "/items", world: "ugly", sizes: WIDE, act: (page) => openItem(page, 2) },
  { name: "item-missing", path: "/items/0197a3c0-0000-7000-8000-000000000000", sizes: ["1440"] },
  { name: "exports", path: "/exports", sizes: ALL, act: async (page) => page.getByRole("button", { name: /^Files/ }).first().click() },
  { name: "exports-new", path: "/exports?new=true&domain=claims,motor&verdict=edit&q=hail", sizes: WIDE, act: async (page) => page.getByText("Leave in what is masked").click() },
  { name: "exports-ugly", path: "/exports", world: "ugly", sizes: WIDE, act: async (page) => page.getByRole("button", { name: /^Files/ }).first().click() },
  { name: "exports-empty", path: "/exports", world: "empty", sizes: WIDE },
  { name: "exports-closed", path: "/exports", world: "full+reviewer", sizes: ["1440"] },
  { name: "exports-german", path: "/exports?new=true", language: "de", sizes: WIDE },
  { name: "monitoring", path: "/monitoring", sizes: ALL },
  { name: "monitoring-ugly", path: "/monitoring", world: "ugly", sizes: WIDE },
  { name: "monitoring-empty", path: "/monitoring", world: "empty", sizes: WIDE },
  { name: "monitoring-table", path: "/monitoring?range=24h", sizes: ["1440"], act: async (page) => page.getByText("Table").first().click() },
  { name: "settings-system", path: "/settings/system", world: "full+sick", sizes: WIDE },
  { name: "audit-log", path: "/audit-log", sizes: ALL },
  { name: "audit-log-ugly", path: "/audit-log", world: "ugly", sizes: WIDE },
  { name: "audit-log-empty", path: "/audit-log", world: "empty", sizes: WIDE },
  { name: "audit-log-open", path: "/audit-log?kind=review.submitted&from=2026-01-01T09:00:00.000Z", sizes: WIDE, act: async (page) => page.getByRole("button", { name: /^Hashes of/ }).first().click() },
  { name: "item-deliveries", path: "/items", sizes: WIDE, act: steps((page) => openItem(page, 2), click(/Deliveries/, "tab")) },
  { name: "item-evidence", path: "/items", sizes: WIDE, act: steps((page) => openItem(page, 2), click(/Evidence/, "tab")) },
  { name: "policy", path: "/policy", sizes: ALL },
  { name: "policy-words", path: "/policy", sizes: WIDE, act: async (page) => page.getByText("In words").click() },
  { name: "policy-errors", path: "/policy?view=errors", sizes: WIDE },
  { name: "policy-compare", path: "/policy?version=15&view=compare", sizes: WIDE },
  { name: "policy-try", path: "/policy?view=try", sizes: WIDE },
  { name: "policy-draft", path: "/policy?draft=true", sizes: ALL },
  { name: "policy-draft-ugly", path: "/policy?draft=true", world: "ugly", sizes: WIDE },
  { name: "policy-empty", path: "/policy", world: "empty", sizes: WIDE },
  { name: "policy-past", path: "/policy?version=13", sizes: ["1440"] },
  { name: "settings-profile", path: "/settings", sizes: WIDE },
  { name: "settings-reading", path: "/settings/reading", sizes: WIDE },
  { name: "settings-keys", path: "/settings/keys", sizes: WIDE },
  { name: "settings-people", path: "/settings/people", sizes: WIDE },
  { name: "settings-people-ugly", path: "/settings/people", world: "ugly", sizes: WIDE },
  { name: "settings-people-add", path: "/settings/people", sizes: WIDE, act: click("Add a person") },
  { name: "settings-people-edit", path: "/settings/people", sizes: ["1440"], act: click("Edit Reviewer 3") },
  { name: "settings-api-keys", path: "/settings/api-keys", sizes: WIDE },
  { name: "settings-api-keys-make", path: "/settings/api-keys", sizes: ["1440"], act: steps(click("Make an API key"), async (page) => page.getByText("Chosen permissions").click()) },
  { name: "settings-api-keys-closed", path: "/settings/api-keys", world: "full+reviewer", sizes: ["1440"] },
  { name: "sign-in", path: "/sign-in", world: "full+out", sizes: WIDE },
  { name: "sign-in-refused", path: "/sign-in", world: "full+out", sizes: ["1440"], act: async (page) => signIn(page, "wrong") },
  { name: "setup-1", path: "/setup#token=example-setup-token-0000", world: "empty+out+a", sizes: WIDE },
  { name: "setup-2", path: "/setup#token=example-setup-token-0000", world: "empty+out+b", sizes: ["1440"], act: setUpYou },
  { name: "setup-3", path: "/setup#token=example-setup-token-0000", world: "empty+out", own: true, sizes: WIDE, act: steps(setUpYou, setUpProject) },
  { name: "accept", path: "/accept#example-invite-token-0000", world: "empty+out+e", sizes: WIDE },
  { name: "setup-no-token", path: "/setup", world: "empty+out+d", sizes: ["1440"] },
  { name: "after-corrected", path: "/items", sizes: WIDE, act: async (page) => openItem(page, 8) },
  { name: "after-appealed", path: "/items", sizes: WIDE, act: async (page) => openItem(page, 14) },
  { name: "after-correct", path: "/items", sizes: WIDE, act: steps(async (page) => openItem(page, 2), click("Correct"), async (page) => page.locator(".cm-content").click(), async (page) => page.keyboard.type("Indeed, 300 euros. ")) },
  { name: "after-recall", path: "/items", sizes: WIDE, act: steps(async (page) => openItem(page, 2), click("Recall")) },
  { name: "after-appeal", path: "/items", sizes: WIDE, language: "de", act: steps(async (page) => openItem(page, 2), click("Einspruch")) },
  { name: "after-reopen", path: "/items", sizes: ["1440"], act: steps(async (page) => openItem(page, 2), click("Reopen")) },
  { name: "after-ugly", path: "/items", world: "ugly", sizes: WIDE, act: async (page) => openItem(page, 8) },
  { name: "stop-dialog", path: "/queues", sizes: WIDE, act: openStop },
  { name: "finder", path: "/queues", sizes: WIDE, act: steps(press("Control+k"), async (page) => page.keyboard.type("set")) },
  { name: "help", path: "/queues", sizes: WIDE, act: press("?") },
  { name: "session-ended", path: "/queues", world: "full", sizes: ["1440"], own: true, act: endSession },
  { name: "offline", path: "/queues", sizes: ["1440"], act: async (page) => page.context().setOffline(true) },
  { name: "not-found", path: "/nowhere", sizes: ["1440"] },
  { name: "queues-german", path: "/queues", language: "de", sizes: ALL },
  { name: "settings-webhooks", path: "/settings/webhooks", sizes: WIDE },
  { name: "settings-webhooks-ugly", path: "/settings/webhooks", world: "ugly", sizes: WIDE },
  { name: "settings-webhooks-empty", path: "/settings/webhooks", world: "empty", sizes: ["1440"] },
  { name: "settings-webhooks-make", path: "/settings/webhooks", sizes: WIDE, act: click("Add a webhook") },
  { name: "settings-webhooks-deliveries", path: "/settings/webhooks", sizes: WIDE, act: click("Deliveries of crm") },
  { name: "settings-german", path: "/settings/keys", language: "de", sizes: WIDE },
  { name: "items-german", path: "/items?verdict=edit", language: "de", sizes: WIDE },
];

async function openItem(page, at) {
  const rows = page.locator("tbody tr");
  await rows.nth(at).dblclick();
  await page.getByRole("tab").first().waitFor();
}
async function signIn(page, password) {
  await page.getByLabel("E-mail").fill("reviewer7@example.org");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
}
async function setUpYou(page) {
  await page.getByLabel("Name").fill("Reviewer 7");
  await page.getByLabel("E-mail").fill("reviewer7@example.org");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.getByRole("button", { name: "Next" }).click();
}
async function setUpProject(page) {
  await page.getByLabel("Name", { exact: true }).fill("Claims, Europe");
  await page.getByRole("button", { name: "Create both" }).click();
  await page.getByText("It is ready").waitFor();
}
async function endSession(page) {
  await page.evaluate(() => {
    document.cookie = "world=full+out+ended";
  });
  await page.getByRole("button", { name: /Claim next of/ }).first().click();
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
});
let complaints = 0;
for (const shot of PAGES.filter(({ name }) => wanted === "" || wanted.split(",").some((part) => name.startsWith(part)))) {
  for (const size of shot.sizes) {
    for (const theme of THEMES) await take(shot, size, theme);
  }
}
await browser.close();
console.log(complaints === 0 ? "axe, console and layout: nothing" : `${complaints} complaints`);

/** Makes all our words 40% longer, as Finnish would be, and names those that are then cut without a title to read them in. */
function cutWhenLonger() {
  const theirs = "bdi, article, .cm-editor, [dir=auto], pre, kbd, [class*=initials], [class*=_count_]";
  const leaves = [...document.querySelectorAll("body *")].filter(
    (one) => one.children.length === 0 && one.textContent.trim().length > 2 && !one.closest(theirs) && one.checkVisibility(),
  );
  for (const leaf of leaves) {
    const words = leaf.textContent;
    leaf.textContent = words + " " + words.slice(0, Math.ceil(words.length * 0.4) - 1);
  }
  const isCut = (one) => {
    for (let box = one; box !== null && box.tagName !== "MAIN" && box.tagName !== "BODY"; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.clipPath !== "none" || box.closest("[title]") !== null || /auto|scroll/.test(style.overflowX)) return false;
      if (style.overflowX !== "visible" && box.scrollWidth > box.clientWidth + 1) return true;
    }
    return false;
  };
  return leaves.filter(isCut).map((one) => `${one.tagName.toLowerCase()} "${one.textContent.slice(0, 60)}"`);
}

async function take(shot, size, theme) {
  const [width, height] = SIZES[size];
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale: shot.language === "de" ? "de-DE" : "en-GB",
    reducedMotion: "reduce",
    hasTouch: size === "390",
  });
  const world = shot.own ? `${shot.world}+${size}${theme}` : (shot.world ?? "full");
  await context.addCookies([{ name: "world", value: world, url: base }]);
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) said.push(`console: ${message.text()} at ${message.location().url}:${message.location().lineNumber}`);
  });
  page.on("pageerror", (error) => said.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith("data:")) said.push(`leaves: ${request.url()}`);
  });
  await page.goto(base + shot.path);
  await page.locator("h1, h2").first().waitFor({ timeout: 8_000 }).catch(() => said.push("no heading"));
  await page.waitForTimeout(350);
  if (shot.act !== undefined) {
    await shot.act(page).catch((error) => said.push(`act: ${error.message.split("\n")[0]}`));
    await page.waitForTimeout(350);
  }
  await page.screenshot({ path: `${folder}/${shot.name}-${size}-${theme}.png` });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  if (wide) said.push("layout: the page scrolls sideways");
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  for (const violation of violations) {
    said.push(`axe ${violation.id}: ${violation.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }
  if (process.env.LONGER !== undefined) {
    for (const cut of await page.evaluate(cutWhenLonger)) said.push(`cut at +40%: ${cut}`);
    await page.screenshot({ path: `${folder}/${shot.name}-${size}-${theme}-longer.png` });
  }
  const worth = said.filter((line) => !/Failed to load resource.*(401|404|ERR_INTERNET)/.test(line));
  complaints += worth.length;
  if (worth.length > 0) console.log(`${shot.name}-${size}-${theme}\n  ${[...new Set(worth)].join("\n  ")}`);
  await context.close();
}
