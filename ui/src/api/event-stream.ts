import { headersFor } from "./client";
import { tellSessionEnded } from "./context";

export interface StreamEvent {
  event: string;
  data: string;
}

/** Cuts a text stream into server-sent events; what is not complete yet waits for the next piece. */
export class EventCutter {
  private rest = "";

  push(piece: string): StreamEvent[] {
    const blocks = (this.rest + piece).replaceAll("\r\n", "\n").split("\n\n");
    this.rest = blocks.pop() ?? "";
    return blocks.map(readBlock).filter((event) => event !== null);
  }
}

function readBlock(block: string): StreamEvent | null {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  return data.length === 0 ? null : { event, data: data.join("\n") };
}

export interface StreamState {
  /** Called with true when events arrive, with false when the line broke and is tried again. */
  onLive?: (live: boolean) => void;
  onEvent: (event: StreamEvent) => void;
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** The server sends a beat every 15 s; three missing ones mean that the line is dead. */
const SILENCE = 45_000;

/**
 * Follows the stream at `path` until the returned function is called; reconnects with growing pauses.
 * A fetch, not an EventSource, because that cannot name the project in a header.
 */
export function followStream(path: string, { onEvent, onLive }: StreamState): () => void {
  const stop = new AbortController();
  void keepFollowing(path, stop.signal, onEvent, onLive ?? (() => undefined));
  return () => stop.abort();
}

async function keepFollowing(
  path: string,
  stopped: AbortSignal,
  onEvent: StreamState["onEvent"],
  onLive: (live: boolean) => void,
): Promise<void> {
  let pause = FIRST_PAUSE;
  while (!stopped.aborted) {
    const wasLive = await readOnce(path, stopped, onEvent, onLive).catch(() => false);
    if (stopped.aborted) return;
    onLive(false);
    if (wasLive === "session-ended") return tellSessionEnded();
    if (wasLive === "refused") return;
    pause = wasLive ? FIRST_PAUSE : Math.min(pause * 2, LONGEST_PAUSE);
    await sleep(pause, stopped);
  }
}

type Ended = boolean | "session-ended" | "refused";

async function readOnce(
  path: string,
  stopped: AbortSignal,
  onEvent: StreamState["onEvent"],
  onLive: (live: boolean) => void,
): Promise<Ended> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE);
  try {
    const answer = await fetch(path, {
      headers: { Accept: "text/event-stream", ...headersFor("GET", path) },
      signal: AbortSignal.any([stopped, silence.signal]),
    });
    if (answer.status === 401) return "session-ended";
    if (answer.status >= 400 && answer.status < 500) return "refused";
    if (!answer.ok || answer.body === null) return false;
    onLive(true);
    const cutter = new EventCutter();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return true;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE);
      for (const event of cutter.push(value)) onEvent(event);
    }
  } finally {
    clearTimeout(timer);
  }
}

function sleep(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stopped.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
