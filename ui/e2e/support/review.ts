/** The review room as a person meets it: by what is written and announced there. */
import { expect, type Locator, type Page } from "@playwright/test";

/** The verdict keys sleep this long after an item appears; a person needs longer to read it. */
export const ASLEEP_MS = 250;

export class ReviewRoom {
  constructor(readonly page: Page) {}

  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }
  get output(): Locator {
    return this.page.getByRole("region", { name: "Model output", exact: true });
  }
  get verdicts(): Locator {
    return this.page.getByRole("region", { name: "Your verdict" });
  }
  get editor(): Locator {
    return this.page.getByRole("textbox", { name: "Your edit" });
  }
  get reason(): Locator {
    return this.page.getByRole("textbox", { name: "Reason", exact: true });
  }
  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  /** Waits until the item with these words is on screen and its verdict keys are awake. */
  async shows(words: string): Promise<void> {
    await expect(this.output).toContainText(words);
    await this.awake();
  }

  /** Waits until the item on screen was painted and has been there for as long as verdict keys sleep. */
  async awake(): Promise<void> {
    await this.page.locator("[data-shown=true]").waitFor();
    await this.page.waitForTimeout(ASLEEP_MS + 50);
  }
}
