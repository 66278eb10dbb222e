import { describe, expect, it } from "vitest";
import { evidence } from "../../../dev/audit-log";
import { isProved, readCheckpoint } from "./proof";

const { size, root } = readCheckpoint(evidence.checkpoint ?? "");

describe("a proof", () => {
  it("of what a real server gave out holds for every entry", async () => {
    expect(evidence.entries.length).toBeGreaterThan(3);
    for (const entry of evidence.entries) expect(await isProved(entry, size, root)).toBe(true);
  });

  it("with anything wrong does not hold", async () => {
    const [entry] = evidence.entries;
    if (entry === undefined) throw new Error("no entry");
    const wrong = [
      { ...entry, entry: entry.entry.replace("received", "released") },
      { ...entry, index: entry.index + 1 },
      { ...entry, index: size },
      { ...entry, proof: entry.proof.slice(1) },
      { ...entry, proof: [...entry.proof, root] },
      { ...entry, leaf_hash: root },
    ];
    for (const one of wrong) expect(await isProved(one, size, root)).toBe(false);
    expect(await isProved(entry, size, "0".repeat(64))).toBe(false);
  });
});
