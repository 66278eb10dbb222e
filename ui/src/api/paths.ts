import type * as wire from "./schema";

type PathPart<Path> = [Path] extends [undefined] ? { path?: never } : { path: Path };
type BodyPart<In> = [In] extends [undefined]
  ? { requestBody?: never }
  : { requestBody: { content: { "application/json": In } } };

type Operation<Out, In, Query, Path> = {
  parameters: { query?: Query; header?: never; cookie?: never } & PathPart<Path>;
  responses: {
    200: { headers: { [name: string]: unknown }; content: { "application/json": Out } };
    default: { headers: { [name: string]: unknown }; content: { "application/json": wire.ErrorOut } };
  };
} & BodyPart<In>;
/** Reads `Out`. */
type Reads<Out, Query = never, Path = undefined> = Operation<Out, undefined, Query, Path>;
/** Takes `In`, answers `Out`. */
type Takes<In, Out, Path = undefined> = Operation<Out, In, never, Path>;

type Filters = { [name: string]: string | number | boolean | undefined };
type Nothing = undefined;
type AssignmentPath = { assignment_id: string };
type PersonPath = { person_id: string };

/** The endpoints this app calls, in the form openapi-fetch reads. */
export interface paths {
  "/v1/setup": { post: Takes<wire.SetupIn, wire.MeOut> };
  "/v1/sessions": { post: Takes<wire.SignIn, wire.MeOut> };
  "/v1/sessions/current": { delete: Takes<undefined, Nothing> };
  "/v1/sessions/confirm": { post: Takes<wire.ConfirmIn, wire.SessionConfirmed> };
  "/v1/me": { get: Reads<wire.MeOut>; patch: Takes<wire.MePatch, wire.MeOut> };
  "/v1/projects": { get: Reads<wire.Page<wire.ProjectOut>> };
  "/v1/health": { get: Reads<wire.Health> };
  "/v1/stop": { get: Reads<wire.StopOut>; put: Takes<wire.StopIn, wire.StopOut>; delete: Takes<undefined, wire.StopOut> };

  "/v1/queues": { get: Reads<wire.QueuesOut> };
  "/v1/queues/{queue}": { patch: Takes<wire.QueuePatch, wire.QueueOut, { queue: string }> };
  "/v1/assignments/claim": { post: Takes<wire.ClaimIn, wire.Claimed> };
  "/v1/assignments": { get: Reads<wire.AssignmentsOut, { state?: string }> };
  "/v1/assignments/{assignment_id}": { get: Reads<wire.AssignmentOut, never, AssignmentPath> };
  "/v1/assignments/{assignment_id}/heartbeat": { post: Takes<wire.FenceIn, wire.LeaseOut, AssignmentPath> };
  "/v1/assignments/{assignment_id}/return": { post: Takes<wire.ReturnIn, Nothing, AssignmentPath> };
  "/v1/assignments/{assignment_id}/unsent-review": { put: Takes<wire.UnsentReview, Nothing, AssignmentPath> };
  "/v1/assignments/{assignment_id}/check": { post: Takes<wire.RecheckIn, wire.RecheckOut, AssignmentPath> };
  "/v1/assignments/{assignment_id}/review": { post: Takes<wire.ReviewIn, wire.ReviewDone, AssignmentPath> };
  "/v1/reviews/{review_id}/undo": { post: Takes<Record<string, never>, wire.AssignmentOut, { review_id: string }> };

  "/v1/items": { get: Reads<wire.Page<wire.ItemShort>, Filters> };
  "/v1/items/{item_id}": { get: Reads<wire.ItemOut, never, { item_id: string }> };
  "/v1/items/{item_id}/timeline": { get: Reads<wire.Timeline, never, { item_id: string }> };

  "/v1/items/{item_id}/evidence": { get: Reads<wire.Evidence, never, { item_id: string }> };

  "/v1/audit-log": { get: Reads<wire.Page<wire.AuditEntryOut>, Filters> };
  "/v1/audit-log/state": { get: Reads<wire.AuditLogState> };

  "/v1/policies": { get: Reads<wire.PoliciesOut> };
  "/v1/policies/active": { get: Reads<wire.PolicyOut> };
  "/v1/policies/{version}": { get: Reads<wire.PolicyOut, never, { version: number }> };

  "/v1/metrics": { get: Reads<wire.MetricsOut, Filters> };
  "/v1/metrics/definitions": { get: Reads<wire.MetricListOut> };
  "/v1/audit-samples": { get: Reads<wire.Page<wire.AuditSampleOut>, Filters> };

  "/v1/keys": { get: Reads<wire.Page<wire.KeyOut>, Filters>; post: Takes<wire.KeyIn, wire.KeyOut> };
  "/v1/keys/{key_id}": { delete: Takes<undefined, Nothing, { key_id: string }> };
  "/v1/people": { get: Reads<wire.Page<wire.MemberOut>, Filters>; post: Takes<wire.PersonIn, wire.MemberOut> };
  "/v1/people/{person_id}": {
    patch: Takes<wire.PersonPatch, wire.MemberOut, PersonPath>;
    delete: Takes<undefined, Nothing, PersonPath>;
  };
  "/v1/people/accept": { post: Takes<wire.AcceptIn, wire.MeOut> };
  "/v1/people/{person_id}/invite": { post: Takes<undefined, wire.MemberOut, PersonPath> };
  "/v1/people/{person_id}/roles": { put: Takes<wire.RolesIn, wire.MemberOut, PersonPath> };
}
