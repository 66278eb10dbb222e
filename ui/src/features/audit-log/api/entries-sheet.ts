import { headersFor } from "@/api/client";
import { errorFrom, Unreachable } from "@/api/errors";
import { keepFile } from "@/shared/links/keep-file";
import { writeSearch } from "@/shared/links/items-url";
import type { EntryFilter } from "../filter";

const PATH = "/v1/audit-log";

/** Fetches all entries of a filter as CSV, however long that takes, and hands them to the browser to keep. */
export async function keepEntriesSheet(filter: EntryFilter): Promise<void> {
  const headers = { ...headersFor("GET", PATH), Accept: "text/csv" };
  const response = await fetch(new Request(new URL(`${PATH}${writeSearch(filter)}`, window.location.origin), { headers })).catch((cause: unknown) => {
    throw new Unreachable(cause);
  });
  if (!response.ok) throw errorFrom(response, await response.json().catch(() => null));
  keepFile("audit-log.csv", await response.blob());
}
