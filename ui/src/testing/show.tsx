/** Renders a part of the app with all that stands around it, in a jsdom that lacks some of a browser. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { type ReactElement, Suspense } from "react";
import type { MeOut } from "@/api/schema";
import { startI18n } from "@/app/i18n";
import { meQuery } from "@/shared/session/me";

/** What jsdom has no word of: sizes, scrolling, media queries, CSS.escape. */
export function completeJsdom(): void {
  const list = (media: string) => ({ matches: false, media, onchange: null, addListener: () => undefined, removeListener: () => undefined, addEventListener: () => undefined, removeEventListener: () => undefined, dispatchEvent: () => false });
  Object.assign(window, {
    matchMedia: window.matchMedia ?? list,
    ResizeObserver: window.ResizeObserver ?? class { observe() {} unobserve() {} disconnect() {} },
    CSS: window.CSS ?? { escape: (text: string) => text.replace(/[^\w-]/g, (sign) => `\\${sign}`) },
  });
  Element.prototype.scrollIntoView ??= () => undefined;
  Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList; // no layout in jsdom
  Range.prototype.getBoundingClientRect ??= () => new DOMRect();
}

const me = (settings: Record<string, unknown>): MeOut => ({
  person: { person_id: "p", name: "Reviewer 7", email: "reviewer7@example.org", is_active: true },
  memberships: [], settings, csrf_token: "x", session_ends_at: "2026-11-21T20:00:00.000Z",
});

/** Call once before the tests of a file. */
export async function prepare(): Promise<void> {
  completeJsdom();
  const i18n = await startI18n("en");
  await i18n.loadNamespaces(["review", "content", "keys", "common"]);
}

export function show(element: ReactElement, settings: Record<string, unknown> = {}) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  queries.setQueryData<MeOut | null>(meQuery.queryKey, me(settings));
  queries.setQueryData(["queues"], []);
  const shown = render(
    <QueryClientProvider client={queries}>
      <MantineProvider env="test">
        <Suspense fallback={null}>{element}</Suspense>
      </MantineProvider>
    </QueryClientProvider>,
  );
  return { ...shown, queries };
}
