/** The first hour of an installation: the printed link, the first admin, the first project, the first output. */
import { Client, keyClient, setupLink } from "./support/api";
import { look } from "./support/look";
import { Server } from "./support/server";
import { expect, test, watch, watchOf } from "./support/test";

const PASSWORD = "a sentence is a fine password";

test.describe.configure({ mode: "serial" });

let server: Server;
test.beforeAll(async () => {
  server = await Server.start("serve");
});
test.afterAll(async () => server?.remove());

test("an empty server shows the sign-in page, not the set-up", async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto(`${server.url}/setup`);
  await expect(page.getByText("This link is not complete")).toBeVisible();
});

test("the printed link makes the first admin and the first project, and works once", async ({ page, browser }) => {
  const link = setupLink(server);
  await page.goto(link);
  await look(page, "setup-you");
  await page.getByLabel("Name").fill("Reviewer 1");
  await page.getByLabel("E-mail").fill("reviewer1@example.org");
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("too short");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Take at least 12 characters.")).toBeVisible();
  await password.fill(PASSWORD);
  await page.keyboard.press("Enter");

  await page.getByLabel("Name", { exact: true }).fill("Claims, Europe");
  await expect(page.getByLabel("Short name")).toHaveValue("claims-europe");
  await look(page, "setup-project");
  await page.getByLabel("Name", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "It is ready" })).toBeVisible();
  expect(page.url(), "the token does not stay in the address").not.toContain("#");

  await page.getByRole("button", { name: "Make an API key" }).click();
  const code = page.getByText(/hr = Handrail\(/);
  await expect(code).toContainText(/hrk_\w{8}_/);
  await look(page, "setup-try");
  const key = /hrk_[^"]+/.exec(await code.innerText())?.[0] ?? "";
  const answer = await keyClient(server.url, key).ask("POST", "/v1/items", { output: "The first output.", prompt: "Say hello.", confidence: 0.83 });
  expect(answer.body).toMatchObject({ status: "pending", show: "nothing" });

  await page.getByRole("button", { name: "Go to the queues" }).click();
  await expect(page).toHaveURL(/\/queues$/);
  await expect(page.getByRole("navigation", { name: "Main" })).toContainText("Claims, Europe");
  await expect(page.getByRole("row", { name: /Review/ })).toBeVisible();

  await test.step("a second person with the link is refused", async () => {
    const context = await browser.newContext();
    const second = await context.newPage();
    const watching = watch(second);
    watching.allow(/^4\d\d POST \/v1\/setup$/);
    await second.goto(link);
    await second.getByLabel("Name").fill("Somebody else");
    await second.getByLabel("E-mail").fill("else@example.org");
    await second.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await second.keyboard.press("Enter");
    await second.getByLabel("Name", { exact: true }).fill("Mine");
    await second.keyboard.press("Enter");
    await expect(second.getByRole("alert")).toContainText(/link/i);
    await look(second, "setup-used");
    expect((await new Client(server.url, {}).ask("POST", "/v1/sessions", { email: "else@example.org", password: PASSWORD })).status).toBe(401);
    watching.check();
    await context.close();
  });
});

test("the admin signs out, is refused with a wrong password, and signs in again", async ({ page }) => {
  watchOf(page).allow(/^401 POST \/v1\/sessions$/);
  const enter = async (password: string) => {
    await page.getByLabel("E-mail").fill("reviewer1@example.org");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
  };
  await page.goto(`${server.url}/settings/people`);
  await expect(page, "the page wanted is kept over the sign-in").toHaveURL(/sign-in\?next=/);
  await enter("not the password at all");
  await expect(page.getByRole("alert")).toHaveText("That did not work. Check address and password.");
  await enter(PASSWORD);
  await expect(page).toHaveURL(/\/settings\/people$/);
  await page.getByRole("navigation").getByRole("button", { name: /Reviewer 1/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("signing in never leads to another site", async ({ page }) => {
  for (const next of ["https://outside.invalid/", "//outside.invalid/", "/\\outside.invalid", "javascript:alert(1)"]) {
    await page.goto("about:blank");
    await page.context().clearCookies();
    await page.goto(`${server.url}/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel("E-mail").fill("reviewer1@example.org");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`${server.url}/queues`);
  }
});
