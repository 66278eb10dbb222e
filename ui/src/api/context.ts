/** What every request carries besides its body. Set by the session, read by the client. */
interface RequestContext {
  csrf: string | null;
  project: string | null;
}

const context: RequestContext = { csrf: null, project: null };
const sessionEnded = new Set<() => void>();

export const requestContext: Readonly<RequestContext> = context;

export function setCsrfToken(token: string | null): void {
  context.csrf = token;
}

export function setProject(slug: string | null): void {
  context.project = slug;
}

/** Calls `listener` whenever the server says that the session is over. Returns how to stop. */
export function onSessionEnded(listener: () => void): () => void {
  sessionEnded.add(listener);
  return () => sessionEnded.delete(listener);
}

export function tellSessionEnded(): void {
  for (const listener of sessionEnded) listener();
}
