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

/** Takes nothing but words in the address, answers `Out`. */
type Drops<Out, Query> = Operation<Out, undefined, Query, undefined>;

type Filters = { [name: string]: string | number | boolean | undefined };
type Nothing = undefined;
type AssignmentPath = { assignment_id: string };
type WebhookPath = { name: string };
type PersonPath = { person_id: string };

/** The endpoints this app calls, in the form openapi-fetch reads. */
export interface paths {
  "/v1/setup": { post: Takes<wire.SetupIn, wire.MeOut> };
  "/v1/sessions": { post: Takes<wire.SignIn, wire.MeOut> };
  "/v1/sessions/oidc": { get: Reads<wire.SignOnOut> };
  "/v1/sessions/current": { delete: Takes<undefined, Nothing> };
  "/v1/sessions/confirm": { post: Takes<wire.ConfirmIn, wire.SessionConfirmed> };
  "/v1/me": { get: Reads<wire.MeOut>; patch: Takes<wire.MePatch, wire.MeOut> };
  "/v1/projects": { get: Reads<wire.Page<wire.ProjectOut>> };
  "/v1/projects/{slug}": {
    get: Reads<wire.ProjectOut, never, { slug: string }>;
    patch: Takes<{ settings: wire.JsonObject }, wire.ProjectOut, { slug: string }>;
  };
  "/v1/health": { get: Reads<wire.Health> };
  "/v1/stop": { get: Reads<wire.StopOut>; put: Takes<wire.StopIn, wire.StopOut>; delete: Drops<wire.StopOut, { scope?: string }> };

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
  "/v1/reviews/today": { get: Reads<wire.ReviewsToday> };
  "/v1/reviews/{review_id}/undo": { post: Takes<Record<string, never>, wire.AssignmentOut, { review_id: string }> };

  "/v1/items": { get: Reads<wire.ItemsPage, Filters> };
  "/v1/items/filters": { get: Reads<wire.FiltersOut> };
  "/v1/items/filters/{name}": { get: Reads<wire.ValuesOut, { begins?: string; limit?: number }, { name: string }> };
  "/v1/me/views": { get: Reads<wire.ViewsOut>; put: Takes<wire.ViewsIn, wire.ViewsOut> };
  "/v1/items/{item_id}": { get: Reads<wire.ItemOut, never, { item_id: string }> };
  "/v1/items/{item_id}/timeline": { get: Reads<wire.Timeline, never, { item_id: string }> };

  "/v1/items/{item_id}/evidence": { get: Reads<wire.Evidence, never, { item_id: string }> };

  "/v1/audit-log": { get: Reads<wire.Page<wire.AuditEntryOut>, Filters> };
  "/v1/audit-log/state": { get: Reads<wire.AuditLogState> };
  "/v1/items/{item_id}/recall": { post: Takes<wire.RecallIn, wire.ResultOut, { item_id: string }> };
  "/v1/items/{item_id}/override": { post: Takes<wire.OverrideIn, wire.ResultOut, { item_id: string }> };
  "/v1/items/{item_id}/appeal": { post: Takes<wire.AppealIn, wire.ItemOut, { item_id: string }> };
  "/v1/items/{item_id}/reopen": { post: Takes<wire.ReopenIn, wire.ItemOut, { item_id: string }> };

  "/v1/policies": { get: Reads<wire.PoliciesOut>; post: Takes<wire.PolicyIn, wire.PolicyOut> };
  "/v1/policies/schema": { get: Reads<wire.JsonObject> };
  "/v1/policies/categories": { get: Reads<wire.CategoriesOut> };
  "/v1/policies/validate": { post: Takes<{ yaml: string }, wire.ValidateOut> };
  "/v1/policies/diff": { post: Takes<wire.DiffIn, wire.DiffOut> };
  "/v1/policies/test": { post: Takes<wire.PolicyTestIn, wire.PolicyTestOut> };
  "/v1/policies/rollback": { post: Takes<{ reason: string }, wire.PolicyOut> };
  "/v1/policies/{version}/approve": { post: Takes<{ note: string }, wire.PolicyOut, { version: number }> };
  "/v1/policies/{version}/activate": { post: Takes<Record<string, never>, wire.PolicyOut, { version: number }> };
  "/v1/policies/active": { get: Reads<wire.PolicyOut> };
  "/v1/policies/{version}": { get: Reads<wire.PolicyOut, never, { version: number }> };

  "/v1/metrics": { get: Reads<wire.MetricsOut, Filters> };
  "/v1/metrics/definitions": { get: Reads<wire.MetricListOut> };
  "/v1/audit-samples": { get: Reads<wire.Page<wire.AuditSampleOut>, Filters> };

  "/v1/exports": { get: Reads<wire.Page<wire.ExportOut>, Filters>; post: Takes<wire.ExportIn, wire.JobOut> };
  "/v1/exports/{export_id}": { get: Reads<wire.ExportOut, never, { export_id: string }> };

  "/v1/keys": { get: Reads<wire.Page<wire.KeyOut>, Filters>; post: Takes<wire.KeyIn, wire.KeyOut> };
  "/v1/keys/{key_id}": { delete: Takes<undefined, Nothing, { key_id: string }> };
  "/v1/webhooks": { get: Reads<wire.Page<wire.WebhookOut>, Filters>; post: Takes<wire.WebhookIn, wire.WebhookOut> };
  "/v1/webhooks/{name}": {
    get: Reads<wire.WebhookOut, never, WebhookPath>;
    patch: Takes<wire.WebhookPatch, wire.WebhookOut, WebhookPath>;
    delete: Takes<undefined, Nothing, WebhookPath>;
  };
  "/v1/webhooks/{name}/test": { post: Takes<undefined, wire.DeliveryOut, WebhookPath> };
  "/v1/webhooks/{name}/rotate": { post: Takes<wire.RotateIn, wire.WebhookOut, WebhookPath> };
  "/v1/deliveries": { get: Reads<wire.Page<wire.DeliveryOut>, Filters> };
  "/v1/deliveries/{delivery_id}/replay": { post: Takes<undefined, wire.DeliveryOut, { delivery_id: string }> };
  "/v1/deliveries/replay": { post: Takes<wire.ReplayIn, wire.ReplayOut> };
  "/v1/people": { get: Reads<wire.Page<wire.MemberOut>, Filters>; post: Takes<wire.PersonIn, wire.MemberOut> };
  "/v1/people/{person_id}": {
    patch: Takes<wire.PersonPatch, wire.MemberOut, PersonPath>;
    delete: Takes<undefined, Nothing, PersonPath>;
  };
  "/v1/people/accept": { post: Takes<wire.AcceptIn, wire.MeOut> };
  "/v1/people/{person_id}/invite": { post: Takes<undefined, wire.MemberOut, PersonPath> };
  "/v1/people/{person_id}/roles": { put: Takes<wire.RolesIn, wire.MemberOut, PersonPath> };
}
