/** The example desk: a visitor sees at once that it is simulated, finds work, and decides. */
import { fileURLToPath } from "node:url";
import { type Client, signIn } from "./support/api";
import { examplePlace } from "./support/desk";
import { eventually } from "./support/eventually";
import { look, settled } from "./support/look";
import { ReviewRoom } from "./support/review";
import { bring, expect, test } from "./support/test";

const PROJECT_STRIP = "Example desk: simulated data.";
/** `PICTURES=1` also renews the picture that the README shows. */
const PICTURE = fileURLToPath(new URL("../../docs/images/review.png", import.meta.url));

/** An assignment that shows what the room can do: a letter with findings and its context. */
async function tellingAssignment(visitor: Client, leastFindings: number): Promise<string> {
  const isTelling = ({ item, scores }: { item: any; scores: any[] | null }) =>
    apart(scores) >= leastFindings && item.output?.type === "text" && item.output.text.length > 500 && (item.context ?? []).length >= 3 && item.language === "en";
  return eventually(async () => {
    const { assignments } = await visitor.post("/v1/assignments/claim", { limit: 10 });
    const found = assignments.find(isTelling);
    for (const one of assignments) {
      if (one !== found) await visitor.tell("POST", `/v1/assignments/${one.assignment_id}/return`, { fence: one.fence, reason: "For the colleagues", skip: true });
    }
    return found?.assignment_id;
  }, "a letter with findings arrives on the example desk", 120_000);
}

/** How many findings stand at places of their own. */
function apart(scores: any[] | null): number {
  const starts: number[] = (scores ?? []).flatMap((one) => one.findings).filter((one) => one.start !== null).map((one) => one.start).sort((one: number, other: number) => one - other);
  return starts.filter((start, at) => at === 0 || start - (starts[at - 1] ?? 0) > 40).length;
}

test("a visitor looks around and decides", async ({ page }) => {
  test.setTimeout(240_000);
  const forPicture = process.env["PICTURES"] !== undefined;
  const place = examplePlace();
  await page.goto(place.url);
  await page.getByLabel("E-mail").fill(place.email);
  await page.getByLabel("Password", { exact: true }).fill(place.password);
  await page.keyboard.press("Enter");
  await expect(page.getByText(PROJECT_STRIP)).toBeVisible();

  const visitor = await signIn(place.url, place.email, place.password);
  const { memberships } = await visitor.get("/v1/me");
  const assignment = await tellingAssignment(visitor.in(memberships[0].project), forPicture ? 2 : 1);
  await look(page, "example-queues");
  await bring(page.context(), visitor);
  await page.goto(`${place.url}/review/${assignment}`);
  const room = new ReviewRoom(page);
  await expect(room.heading).toBeVisible();
  await expect(page.getByText(PROJECT_STRIP), "in the review room too").toBeVisible();
  await look(page, "example-review");
  if (forPicture) {
    await settled(page);
    await page.screenshot({ path: PICTURE });
  }
  await room.awake();
  const before = page.url();
  await page.keyboard.press("a");
  await expect(page).not.toHaveURL(before);
});
