/** Who works on the invented server: the one who is signed in, other people, keys, projects. */
import type * as wire from "../src/api/schema.ts";
import { newId, notFound, Refusal } from "./answers.ts";
import type { Mood, World, WorldOptions } from "./world.ts";

const ALL_PERMISSIONS = [
  "assignments.claim", "assignments.manage", "audit_log.read", "audit_samples.read", "metrics.read", "reviewers.read", "autonomy.read", "checks.read", "events.read", "exports.read", "exports.write",
  "guidelines.read", "items.appeal", "items.outcome", "items.read", "items.override", "items.recall", "items.reopen", "items.submit", "items.unmask", "keys.manage", "people.manage", "people.read",
  "policies.activate", "policies.read", "policies.write", "project.manage", "project.read", "queues.manage", "queues.read", "reviews.read",
  "reviews.write", "stop.lift", "stop.set", "system.read", "webhooks.manage",
];
const REVIEWER = ["assignments.claim", "guidelines.read", "people.read", "project.read", "queues.read", "reviews.write"];

export const reviewerPermissions: readonly string[] = REVIEWER;

const INVITE_URL = "http://127.0.0.1:8400/accept#example-invite-token-0000";
export const LONG_NAME = "Rückversicherungsangelegenheiten und Sonderschadenbearbeitung, Mittel- und Osteuropa (vorläufig)";

function membership(project: string, name: string, roles: readonly string[], permissions: readonly string[]): wire.Membership {
  return { project, name, roles: [...roles], permissions: [...permissions], level: "senior", skills: ["claims"], languages: ["en", "de"] };
}

export function me(options: WorldOptions, mood: Mood, endsAt: string): wire.MeOut {
  const roles = options.roles ?? ["lead", "admin"];
  const permissions = options.permissions ?? ALL_PERMISSIONS;
  return {
    person: {
      person_id: newId(),
      name: mood === "ugly" ? "Maximiliane-Alexandrina von Beispielhausen-Musterberg" : "Reviewer 7",
      email: "reviewer7@example.org",
      is_active: true,
    },
    memberships: [
      membership("claims-europe", mood === "ugly" ? LONG_NAME : "Claims, Europe", roles, permissions),
      membership("support", "Support", ["reviewer"], REVIEWER),
    ],
    settings: {},
    csrf_token: "csrf-of-the-invented-world",
    session_ends_at: endsAt,
  };
}

export function project(slug: string, name: string, isDemo: boolean, at: string): wire.ProjectOut {
  return { project_id: newId(), slug, name, zone: "Europe/Berlin", settings: {}, policy_version: 14, is_demo: isDemo, created_at: at };
}

export function people(own: wire.MeOut, mood: Mood): wire.MemberOut[] {
  const member = (name: string, roles: string[], rest: Partial<wire.MemberOut> = {}): wire.MemberOut => ({
    person_id: newId(),
    name,
    email: `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "")}@example.org`,
    is_active: true,
    roles,
    level: "junior",
    skills: ["claims"],
    languages: ["en"],
    is_invited: false,
    invite_url: null,
    ...rest,
  });
  const me = member(own.person.name, ["lead", "admin"], { ...own.person, level: "senior", languages: ["en", "de"] });
  if (mood === "empty") return [me];
  return [
    me,
    member("Reviewer 3", ["senior"], { level: "senior", skills: ["claims", "contracts"], languages: ["en", "de", "pl"] }),
    member("Reviewer 11", ["reviewer"], { is_invited: true, skills: [] }),
    member("Auditor 1", ["auditor"], { skills: [], is_active: false }),
    ...(mood === "ugly"
      ? [member("Maximiliane-Alexandrina von Beispielhausen-Musterberg", ["reviewer", "senior", "lead", "engineer", "auditor", "admin"], { email: `${"very.long.".repeat(8)}address@subdomain.of.an.organisation.example.org`, skills: Array.from({ length: 24 }, (_, at) => `skill-number-${at}`) })]
      : []),
  ];
}

export function keys(world: World): wire.KeyOut[] {
  const usual = ["events.read", "items.appeal", "items.outcome", "items.submit"];
  const one = (name: string, pub: string, rest: Partial<wire.KeyOut>): wire.KeyOut => ({
    key_id: newId(), name, public: pub, scopes: usual, created_at: world.in(-50_000), expires_at: null, revoked_at: null, last_used_at: null, key: null, ...rest,
  });
  return [
    one("claims service, production", "8f3k2m1q", { last_used_at: world.in(-2) }),
    one("nightly export", "p0d7x4aa", { scopes: ["exports.read", "exports.write", "items.read"], expires_at: world.in(60 * 24 * 80), last_used_at: world.in(-700) }),
    one("old gateway", "zz91kk2b", { revoked_at: world.in(-9_000), last_used_at: world.in(-9_100) }),
  ];
}

export function setUp(world: World, wanted: wire.SetupIn): [number, unknown] {
  if (world.setupToken === null || wanted.token !== world.setupToken) {
    throw new Refusal(404, "not_found", "This link was used already, or it is not complete.");
  }
  world.setupToken = null;
  world.isSignedIn = true;
  const slug = wanted.project?.slug ?? "first";
  const name = wanted.project?.name ?? slug;
  world.projects = [project(slug, name, false, world.in(0))];
  const roles = ["admin", "lead", "engineer"];
  world.me = {
    ...world.me,
    person: { ...world.me.person, name: wanted.name, email: wanted.email },
    memberships: [membership(slug, name, roles, ALL_PERMISSIONS)],
  };
  return [201, world.me];
}

export function signIn(world: World, who: wire.SignIn): [number, unknown] {
  if (who.password !== "correct horse battery") throw new Refusal(401, "unauthenticated", "That did not work.");
  world.isSignedIn = true;
  return [200, world.me];
}

export function changeMe(world: World, patch: wire.MePatch): [number, unknown] {
  const person = { ...world.me.person, name: patch.name ?? world.me.person.name };
  world.me = { ...world.me, person, settings: patch.settings ?? world.me.settings };
  return [200, world.me];
}

export function makeKey(world: World, wanted: wire.KeyIn): [number, unknown] {
  const made: wire.KeyOut = {
    key_id: newId(),
    name: wanted.name,
    public: "m4k3t1me",
    scopes: wanted.scopes ?? ["events.read", "items.appeal", "items.outcome", "items.submit"],
    created_at: world.in(0),
    expires_at: wanted.expires_at ?? null,
    revoked_at: null,
    last_used_at: null,
    key: null,
  };
  world.keys = [made, ...world.keys];
  return [201, { ...made, key: `hrk_${made.public}_${"0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"}` }];
}

export function accept(world: World, invited: wire.AcceptIn): [number, unknown] {
  if (invited.token !== "example-invite-token-0000") throw new Refusal(404, "not_found", "This link was used already, or it is not complete.");
  world.isSignedIn = true;
  return [201, world.me];
}

export function inviteAgain(world: World, id: string): [number, unknown] {
  const known = world.people.find((one) => one.person_id === id) ?? notFound();
  return [201, { ...known, invite_url: INVITE_URL }];
}

export function addPerson(world: World, wanted: wire.PersonIn): [number, unknown] {
  if (world.people.some((one) => one.email === wanted.email)) {
    throw new Refusal(422, "invalid", "Some fields are not right.", [
      { path: "/email", line: null, column: null, code: "taken", message: "This person belongs to the project already.", suggestion: null },
    ]);
  }
  const added: wire.MemberOut = {
    person_id: newId(),
    name: wanted.name,
    email: wanted.email,
    is_active: true,
    roles: wanted.roles,
    level: wanted.roles.includes("senior") ? "senior" : "junior",
    skills: wanted.skills ?? [],
    languages: wanted.languages ?? [],
    is_invited: true,
    invite_url: null,
  };
  world.people = [...world.people, added];
  return [201, { ...added, invite_url: INVITE_URL }];
}

export function changePerson(world: World, id: string, patch: Partial<wire.MemberOut>): [number, unknown] {
  world.people = world.people.map((one) => (one.person_id === id ? { ...one, ...patch } : one));
  return [200, world.people.find((one) => one.person_id === id) ?? notFound()];
}
