import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Finder } from "@/features/desk";
import { useKeys } from "@/shared/keys";
import { lazyDialog } from "@/shared/ui";
import { useFinderEntries } from "./finder-entries";

const KeyHelp = lazyDialog(() => import("@/shared/keys/key-help").then((module) => module.KeyHelp));

/** The keys that act on every page: go to, find anything, help. */
export function DeskKeys() {
  const navigate = useNavigate();
  const [shown, setShown] = useState<"help" | "finder" | null>(null);
  const hide = () => setShown(null);
  const entries = useFinderEntries({ onHelpAsked: () => setShown("help") });
  useKeys({
    goQueues: () => void navigate({ to: "/queues" }),
    goItems: () => void navigate({ to: "/items", search: {} }),
    goMonitoring: () => void navigate({ to: "/monitoring" }),
    goPolicy: () => void navigate({ to: "/policy" }),
    find: () => setShown("finder"),
    help: () => setShown("help"),
  });
  return (
    <>
      <KeyHelp opened={shown === "help"} onClose={hide} settingsLink="/settings/keys" />
      <Finder
        opened={shown === "finder"}
        entries={entries}
        onClose={hide}
        onItemsSearched={(words) => {
          hide();
          void navigate({ to: "/items", search: { q: words } });
        }}
      />
    </>
  );
}
