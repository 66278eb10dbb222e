/** The one-time token in `#...` or `#token=...`; null when there is none. In the hash no server log sees it. */
export function tokenFrom(hash: string): string | null {
  const rest = hash.replace(/^#/, "");
  const token = rest.includes("=") ? new URLSearchParams(rest).get("token") : rest;
  return token === null || token === "" ? null : token;
}

/** A slug made of a name: `Claims, Europe` becomes `claims-europe`. */
export function slugFrom(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);
}

export const SLUG = /^[a-z0-9][a-z0-9_.-]{0,63}$/;
