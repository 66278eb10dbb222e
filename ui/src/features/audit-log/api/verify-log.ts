import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { headersFor } from "@/api/client";
import { errorFrom, Unreachable } from "@/api/errors";
import type { VerifyLine } from "@/api/schema";

const PATH = "/v1/audit-log/verify";

type Found = Extract<VerifyLine, { ok: boolean }>;

/** Has the server check the whole log; how far it is comes line by line, so this takes as long as it takes. */
export function useVerifyLog() {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<{ checked: number; of: number } | null>(null);
  const verify = useMutation({
    mutationFn: () => readLines((line) => setProgress(line)),
    onMutate: () => setProgress(null),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["audit-log", "state"] }),
  });
  return { verify, progress };
}

async function readLines(onProgress: (line: { checked: number; of: number }) => void): Promise<Found> {
  const headers = { "Content-Type": "application/json", ...headersFor("POST", PATH) };
  const answer = await fetch(new Request(new URL(PATH, window.location.origin), { method: "POST", headers, body: "{}" })).catch((cause: unknown) => {
    throw new Unreachable(cause);
  });
  if (!answer.ok || answer.body === null) throw errorFrom(answer, await answer.json().catch(() => undefined));
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) {
      const line = JSON.parse(text) as VerifyLine; // lines of our own server
      if ("ok" in line) return line;
      onProgress(line);
    }
    if (done) throw new Unreachable(new Error("the answer ended early"));
  }
}
