/** Without a key, a click or a scroll for this long nobody is counted as working. */
const IDLE_MS = 60_000;

/** How long a person has worked on the item on the desk. */
export class Activity {
  private spent = 0;
  private last = 0;
  private countedAt = 0;

  constructor(private readonly clock: () => number) {}

  /** A new item: what was spent on the one before does not count. */
  begin(): void {
    this.spent = 0;
    this.countedAt = this.last = this.clock();
  }

  /** Tells that a person is here; only such time counts as active. */
  noticed(): void {
    this.last = this.clock();
  }

  /** Adds what passed since the last count, if the page is seen and somebody is there. */
  count(visible: boolean): void {
    const clock = this.clock();
    const passed = Math.min(clock - this.countedAt, 2_000);
    this.countedAt = clock;
    if (visible && clock - this.last < IDLE_MS) this.spent += passed;
  }

  /** Whole milliseconds, at most a day. */
  get ms(): number {
    return Math.min(Math.round(this.spent), 86_400_000);
  }
}
