/** Development only: the review room with invented items. `?story=hostile&theme=dark&keys=off&language=de`. */
import "@/shared/theme/fonts.css";
import "@/shared/theme/base.css";
import "@/shared/theme/mantine.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { createRoot } from "react-dom/client";
import type { MeOut } from "@/api/schema";
import { speak, startI18n } from "@/app/i18n";
import { ReviewPage } from "@/features/review";
import { stories, type StoryName } from "@/features/review/testing/items";
import { refuse, StoryApi } from "@/features/review/testing/story-api";
import { meQuery } from "@/shared/session/me";
import { readingVariables, readSettings } from "@/shared/settings/settings";
import { cssVariablesResolver, theme } from "@/shared/theme/theme";

const query = new URLSearchParams(location.search);
const isStory = (name: string): name is StoryName => name in stories;
const wanted = query.get("story") ?? "letter";
const names = Object.keys(stories) as StoryName[]; // the keys of `stories` are its names
const first = stories[isStory(wanted) ? wanted : "letter"]();
const api = new StoryApi(first, [...names, ...names].map((name) => stories[name]()));
if (query.has("refuse")) api.refuseNext = refuse(422, "invalid", "The verdict lacks something; each field says what.", [["/reason", "A reason is asked because a entity changed."]]);
Object.assign(window, { api, first, refuse });

const settings = { keys: { single: query.get("keys") !== "off", bindings: {} }, keys_asked: true, language: query.get("language") ?? "auto" };
const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
const me: MeOut = { person: { person_id: "p", name: "Reviewer 7", email: "reviewer7@example.org", is_active: true }, memberships: [], settings, csrf_token: "x", session_ends_at: "" };
queries.setQueryData<MeOut | null>(meQuery.queryKey, me);
queries.setQueryData(["queues"], [{ name: "payout-letters", waiting: 23 }]);
queries.setQueryData(["assignment", first.assignment_id], first);
for (const [name, value] of Object.entries(readingVariables(readSettings(settings).reading))) document.documentElement.style.setProperty(name, value);

function Stories() {
  const [id, setId] = useState(first.assignment_id);
  return <ReviewPage assignmentId={id} onLeave={() => (document.title = "left")} onNextAssignment={setId} onRule={() => undefined} api={api} />;
}

const scheme = query.get("theme") === "dark" ? "dark" : "light";
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
void startI18n(speak(readSettings(settings).language)).then(() =>
  createRoot(root).render(
    <QueryClientProvider client={queries}>
      <MantineProvider theme={theme} forceColorScheme={scheme} cssVariablesResolver={cssVariablesResolver}>
        <Suspense fallback={null}>
          <Stories />
        </Suspense>
      </MantineProvider>
    </QueryClientProvider>,
  ),
);
