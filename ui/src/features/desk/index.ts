import { lazyDialog } from "@/shared/ui";

export type { FinderEntry } from "./finder";
export { StopSwitch } from "./stop-switch";
export { Strips } from "./strips";

export const Finder = lazyDialog(() => import("./finder").then((module) => module.Finder));
