import { expect, it } from "vitest";
import { wrongWay } from "./eslint-house.js";

it.each([
  ["features/queues/a.ts", "shared/ui/b.ts", true],
  ["features/queues/a.ts", "features/queues/api/b.ts", true],
  ["app/a.ts", "features/queues/b.ts", true],
  ["shared/a.ts", "api/b.ts", true],
  ["features/queues/a.ts", "features/items/b.ts", false],
  ["shared/a.ts", "features/items/b.ts", false],
  ["api/a.ts", "shared/b.ts", false],
  ["features/queues/a.ts", "app/b.ts", false],
])("%s importing %s: %s", (here, there, allowed) => {
  expect(wrongWay(here.split("/"), there.split("/")) === null).toBe(allowed);
});
