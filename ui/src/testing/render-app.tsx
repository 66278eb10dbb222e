import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { vi } from "vitest";
import { setCsrfToken, setProject } from "@/api/context";
import { newQueryClient } from "@/api/query-client";
import { App } from "@/app/app";
import { startI18n } from "@/app/i18n";
import { newRouter } from "@/app/router";
import { World, type WorldOptions } from "../../dev/world";

/** The whole app at `path`, with an invented server behind it: what a person would see and press. */
export async function renderApp(path: string, options: WorldOptions & { language?: "en" | "de" } = {}) {
  const world = new World({ items: 24, ...options }); // a long table makes jsdom slow
  vi.stubGlobal("fetch", (input: Request | string, init?: RequestInit) =>
    world.answer(input instanceof Request ? input : new Request(new URL(input, window.location.origin), init)),
  );
  setCsrfToken(null);
  setProject(null);
  await startI18n(options.language ?? "en");
  const queries = newQueryClient();
  const router = newRouter(queries);
  router.update({ ...router.options, history: createMemoryHistory({ initialEntries: [path] }) });
  const user = userEvent.setup();
  const shown = render(<App queries={queries} router={router} />);
  return { ...shown, user, world, queries, router };
}
