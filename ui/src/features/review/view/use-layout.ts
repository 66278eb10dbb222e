import { useSyncExternalStore } from "react";

/** `wide`: three columns; `fold`: what was asked is a tab; `narrow`: one column and a drawer; `phone`: tabs and a sheet. */
export type RoomLayout = "wide" | "fold" | "narrow" | "phone";

const QUERIES = { phone: "(max-width: 599px)", narrow: "(max-width: 1023px)", fold: "(max-width: 1239px)" } as const;

function current(): RoomLayout {
  if (window.matchMedia(QUERIES.phone).matches) return "phone";
  if (window.matchMedia(QUERIES.narrow).matches) return "narrow";
  return window.matchMedia(QUERIES.fold).matches ? "fold" : "wide";
}

function subscribe(listener: () => void): () => void {
  const lists = Object.values(QUERIES).map((query) => window.matchMedia(query));
  for (const list of lists) list.addEventListener("change", listener);
  return () => {
    for (const list of lists) list.removeEventListener("change", listener);
  };
}

export const useLayout = (): RoomLayout => useSyncExternalStore(subscribe, current);
