import type { EvidenceEntry } from "@/api/schema";

/** Size and root of a checkpoint, as its first three lines say. */
export function readCheckpoint(note: string): { size: number; root: string } {
  const [, size = "", root = ""] = note.split("\n");
  return { size: Number(size), root: hexOf(Uint8Array.from(atob(root), (letter) => letter.charCodeAt(0))) };
}

/** Whether this page can hash: browsers do so over https and on this machine alone. */
export const canCheck = (): boolean => globalThis.crypto?.subtle !== undefined;

/** Whether the entry's own hash and its proof lead to the root of the checkpoint (RFC 9162, section 2.1.3.2). */
export async function isProved(entry: EvidenceEntry, size: number, root: string): Promise<boolean> {
  let hash = await sha256(Uint8Array.of(0), new TextEncoder().encode(entry.entry));
  let place = entry.index;
  let last = size - 1;
  if (place > last || hexOf(hash) !== entry.leaf_hash) return false;
  for (const step of entry.proof.map(bytesOf)) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = await sha256(Uint8Array.of(1), step, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      hash = await sha256(Uint8Array.of(1), hash, step);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && hexOf(hash) === root;
}

const half = (value: number) => Math.floor(value / 2); // not >> 1: a log may have more than 2**31 entries

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

const hexOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
