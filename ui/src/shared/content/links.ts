/**
 * The address of a link, if a person may open it: http or https, with a host, no user part, nothing invisible.
 * Everything else stays text.
 */
export function safeAddress(written: string): URL | null {
  const address = written.trim();
  if (!/^https?:\/\/[^\s\\]+$/i.test(address)) return null;
  if (/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}<>"'`]/u.test(address)) return null;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  if (url.username !== "" || url.password !== "" || url.hostname === "") return null;
  return url;
}

/** The host to show for an address that is not opened, such as that of an image; never longer than 80 characters. */
export function hostOf(written: string): string {
  const safe = safeAddress(written.startsWith("//") ? `https:${written}` : written);
  if (safe) return safe.host.slice(0, 80);
  const scheme = /^\s*([a-z][a-z0-9+.-]{0,20}):/i.exec(written)?.[1];
  return scheme ? `${scheme.toLowerCase()} address` : "no host";
}
