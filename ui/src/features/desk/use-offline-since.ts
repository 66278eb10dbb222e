import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Unreachable } from "@/api/errors";

/** Since when the server cannot be reached; null while it can. Told by the browser and by failing requests. */
export function useOfflineSince(): Date | null {
  const queries = useQueryClient();
  const [since, setSince] = useState<Date | null>(() => (navigator.onLine ? null : new Date()));
  useEffect(() => {
    const lost = () => setSince((before) => before ?? new Date());
    const back = () => setSince(null);
    window.addEventListener("offline", lost);
    window.addEventListener("online", back);
    const stop = queries.getQueryCache().subscribe((event) => {
      if (event.type !== "updated") return;
      const { action } = event;
      if (action.type === "failed" && action.error instanceof Unreachable) lost();
      if (action.type === "success" && action.manual !== true) back();
    });
    return () => {
      window.removeEventListener("offline", lost);
      window.removeEventListener("online", back);
      stop();
    };
  }, [queries]);
  return since;
}
