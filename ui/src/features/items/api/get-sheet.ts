import { headersFor } from "@/api/client";
import { errorFrom, Unreachable } from "@/api/errors";
import { writeSearch } from "@/shared/links/items-url";
import { keepFile } from "@/shared/links/keep-file";
import type { SearchWords } from "../filters";

const PATH = "/v1/items";

/** Fetches the whole list as CSV, however long that takes, and hands it to the browser to keep. */
export async function keepSheet(filter: SearchWords): Promise<void> {
  const headers = { ...headersFor("GET", PATH), Accept: "text/csv" };
  const response = await fetch(`${PATH}${writeSearch(filter)}`, { headers }).catch((cause: unknown) => {
    throw new Unreachable(cause);
  });
  if (!response.ok) throw errorFrom(response, await response.json().catch(() => null));
  keepFile("items.csv", await response.blob());
}
