import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import i18next from "i18next";
import { meQuery } from "@/shared/session/me";
import { readSearch, writeSearch } from "@/shared/links/items-url";
import { LoadingShape, Problem } from "@/shared/ui";
import { AppFrame } from "./frame";
import { NotFound } from "./not-found";
import { NavShell } from "./shell/nav-shell";

interface Context {
  queries: QueryClient;
}

const words = (...namespaces: string[]) => () => i18next.loadNamespaces(namespaces);

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  // Named even when it is refused: what is left out here, the router would take from the address as it stands there.
  validateSearch: (search): { next?: string | undefined; problem?: string | undefined } => ({
    next: isOwnPath(search["next"]) ? search["next"] : undefined,
    problem: typeof search["problem"] === "string" ? search["problem"] : undefined,
  }),
  loader: words("access"),
  component: lazyRouteComponent(() => import("./routes/sign-in"), "SignInRoute"),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  loader: words("access"),
  component: lazyRouteComponent(() => import("./routes/setup"), "SetupRoute"),
});

const accept = createRoute({
  getParentRoute: () => root,
  path: "/accept",
  loader: words("access"),
  component: lazyRouteComponent(() => import("./routes/accept"), "AcceptRoute"),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    const me = await context.queries.ensureQueryData(meQuery);
    if (me === null) throw redirect({ to: "/sign-in", search: { next: location.href } });
  },
  loader: () => i18next.loadNamespaces(["desk", "access", "keys"]),
  component: AppFrame,
});

const navigated = createRoute({ getParentRoute: () => signedIn, id: "navigated", component: NavShell });

const home = createRoute({
  getParentRoute: () => navigated,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/queues", replace: true });
  },
});

const queues = createRoute({
  getParentRoute: () => navigated,
  path: "/queues",
  validateSearch: (search): { all?: true | undefined } => ({ all: search["all"] === true ? true : undefined }),
  loader: words("queues"),
  component: lazyRouteComponent(() => import("./routes/queues"), "QueuesRoute"),
});

export type ItemsSearch = { [name: string]: string };

const items = createRoute({
  getParentRoute: () => navigated,
  path: "/items",
  validateSearch: (search): ItemsSearch =>
    Object.fromEntries(Object.entries(search).map(([name, value]) => [name, String(value)])),
  loader: words("items", "content"),
  component: lazyRouteComponent(() => import("./routes/items"), "ItemsRoute"),
});

const item = createRoute({
  getParentRoute: () => navigated,
  path: "/items/$itemId",
  validateSearch: (search): { tab?: string | undefined } => ({ tab: typeof search["tab"] === "string" ? search["tab"] : undefined }),
  loader: words("items", "content", "audit-log"),
  component: lazyRouteComponent(() => import("./routes/item"), "ItemRoute"),
});

const exports = createRoute({
  getParentRoute: () => navigated,
  path: "/exports",
  validateSearch: (search): ItemsSearch =>
    Object.fromEntries(Object.entries(search).map(([name, value]) => [name, String(value)])),
  loader: words("exports", "items"),
  component: lazyRouteComponent(() => import("./routes/exports"), "ExportsRoute"),
});

const monitoring = createRoute({
  getParentRoute: () => navigated,
  path: "/monitoring",
  validateSearch: (search): { range?: string | undefined; segment?: string | undefined } => ({
    range: typeof search["range"] === "string" ? search["range"] : undefined,
    segment: typeof search["segment"] === "string" ? search["segment"] : undefined,
  }),
  loader: words("monitoring"),
  component: lazyRouteComponent(() => import("./routes/monitoring"), "MonitoringRoute"),
});

const policy = createRoute({
  getParentRoute: () => navigated,
  path: "/policy",
  validateSearch: (search): { version?: number | undefined; view?: string | undefined; draft?: true | undefined } => ({
    version: Number.isInteger(search["version"]) ? Number(search["version"]) : undefined,
    view: typeof search["view"] === "string" ? search["view"] : undefined,
    draft: search["draft"] === true ? true : undefined,
  }),
  loader: words("policy"),
  component: lazyRouteComponent(() => import("./routes/policy"), "PolicyRoute"),
});

const auditLog = createRoute({
  getParentRoute: () => navigated,
  path: "/audit-log",
  validateSearch: (search): ItemsSearch =>
    Object.fromEntries(Object.entries(search).map(([name, value]) => [name, String(value)])),
  loader: words("audit-log"),
  component: lazyRouteComponent(() => import("./routes/audit-log"), "AuditLogRoute"),
});

const settings = createRoute({
  getParentRoute: () => navigated,
  path: "/settings/{-$section}",
  loader: words("settings", "audit-log"),
  component: lazyRouteComponent(() => import("./routes/settings"), "SettingsRoute"),
});

const review = createRoute({
  getParentRoute: () => signedIn,
  path: "/review/$assignmentId",
  loader: words("review", "content"),
  component: lazyRouteComponent(() => import("./routes/review"), "ReviewRoute"),
});

/** A path of this app: no other host, no `//`, so that signing in never leads away. */
function isOwnPath(value: unknown): value is string {
  return typeof value === "string" && /^\/(?![/\\])/.test(value);
}

const tree = root.addChildren([
  signIn,
  setup,
  accept,
  signedIn.addChildren([navigated.addChildren([home, queues, items, item, exports, monitoring, policy, auditLog, settings]), review]),
]);

export function newRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    defaultPendingComponent: LoadingShape,
    defaultPendingMs: 150,
    defaultPendingMinMs: 0,
    defaultErrorComponent: ({ error, reset }) => <Problem error={error} onTryAgain={reset} />,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
    parseSearch: readSearch,
    stringifySearch: writeSearch,
  });
}

export type AppRouter = ReturnType<typeof newRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
