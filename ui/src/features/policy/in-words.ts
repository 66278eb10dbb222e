import { parse } from "yaml";

/** A policy taken apart into what a sentence can be made of. Rests on the server having checked the text. */
export interface PolicyParts {
  blocks: Rule[];
  reviews: Rule[];
  notRun: "review" | "ignore";
  bandsOn: string | null;
  bands: Band[];
  segments: { segment: string; autonomy: string }[];
  capped: string[];
  queues: Queue[];
  pending: "draft" | "fallback" | "nothing";
}

export interface Rule {
  name: string;
  when: string;
  queue: string | null;
  isHighStakes: boolean;
  requires: string | null;
}

export interface Band {
  above: string | null;
  from: string | null;
  /** The certified error this band may have; null when it rests on a plain number. */
  certified: string | null;
  isRelease: boolean;
  isUncertified: boolean;
  queue: string | null;
}

export interface Queue {
  name: string;
  /** expert (the model does not understand) or supervisor (the risk is high). */
  kind: string;
  level: string;
  deadline: string | null;
  atBreach: { kind: "elevate" | "release"; to: string } | { kind: "fallback" | "block" } | null;
  reviews: number;
  skills: string[];
}

type Loose = { [key: string]: unknown };
const loose = (value: unknown): Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | null =>
  typeof value === "string" || typeof value === "number" ? String(value) : null;
const strings = (value: unknown): string[] => list(value).map(text).filter((one) => one !== null);

/** The parts of `yaml`. Raises what the YAML reader raises when it is no YAML. */
export function partsOf(yaml: string): PolicyParts {
  const policy = loose(parse(yaml, { maxAliasCount: 0 }));
  const bands = loose(policy["bands"]);
  const autonomy = loose(policy["autonomy"]);
  const pending = loose(policy["pending"])["show"];
  return {
    blocks: list(policy["block"]).map(rule),
    reviews: list(policy["review"]).map(rule),
    notRun: policy["not_run"] === "ignore" ? "ignore" : "review",
    bandsOn: text(bands["on"]),
    bands: list(bands["rows"]).map(band),
    segments: Object.entries(loose(autonomy["segments"])).map(([segment, level]) => ({ segment, autonomy: String(level) })),
    capped: strings(autonomy["capped"]),
    queues: Object.entries(loose(policy["queues"])).map(([name, value]) => queue(name, loose(value))),
    pending: pending === "draft" || pending === "fallback" ? pending : "nothing",
  };
}

function rule(value: unknown): Rule {
  const one = loose(value);
  return {
    name: text(one["name"]) ?? "",
    when: text(one["when"]) ?? "",
    queue: text(one["queue"]),
    isHighStakes: one["high_stakes"] === true,
    requires: text(one["requires"]),
  };
}

function band(value: unknown): Band {
  const one = loose(value);
  return {
    above: text(one["above"]),
    from: text(one["from"]),
    certified: text(loose(one["above"])["certified"]),
    isRelease: one["then"] === "release",
    isUncertified: one["uncertified"] === true,
    queue: text(one["queue"]),
  };
}

function queue(name: string, one: Loose): Queue {
  return {
    name,
    kind: text(one["kind"]) ?? "expert",
    level: text(one["level"]) ?? "junior",
    deadline: text(one["deadline"]),
    atBreach: breach(one["at_breach"]),
    reviews: typeof one["reviews"] === "number" ? one["reviews"] : 1,
    skills: strings(one["skills"]),
  };
}

function breach(value: unknown): Queue["atBreach"] {
  if (value === "fallback" || value === "block") return { kind: value };
  const { elevate, release } = loose(value);
  if (text(elevate) !== null) return { kind: "elevate", to: text(elevate) ?? "" };
  if (text(release) !== null) return { kind: "release", to: text(release) ?? "" };
  return null;
}
