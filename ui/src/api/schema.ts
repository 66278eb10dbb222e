/**
 * The bodies that travel, under the names they have in src/handrail/wire. tools/wire.test.ts compares them, operation
 * by operation, with the description of the API that the server's code gives (docs/reference/openapi.json).
 */
export type Moment = string;
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/* ---- base ---- */
export interface Page<T> {
  data: T[];
  next_cursor: string | null;
  count: number | null;
  count_is: string | null;
}
export interface ErrorField {
  path: string;
  line: number | null;
  column: number | null;
  code: string;
  message: string;
  suggestion: string | null;
}
export interface ErrorBody {
  code: string;
  message: string;
  status: number;
  retry: boolean;
  fields: ErrorField[];
  request_id: string | null;
  docs: string;
}
export interface ErrorOut {
  error: ErrorBody;
}

/* ---- access ---- */
export type Role = "reviewer" | "senior" | "lead" | "engineer" | "auditor" | "admin";
export interface ProjectIn {
  slug: string;
  name: string;
  zone?: string;
}
export interface SetupIn {
  token: string;
  name: string;
  email: string;
  password: string;
  project?: ProjectIn | null;
}
export interface SignIn {
  email: string;
  password: string;
}
export interface SignOnOut {
  name: string | null;
  alone: boolean;
}
export interface ConfirmIn {
  password: string;
}
export interface PersonOut {
  person_id: string;
  name: string;
  email: string;
  is_active: boolean;
}
export interface Membership {
  project: string;
  name: string;
  roles: string[];
  permissions: string[];
  level: "junior" | "senior";
  skills: string[];
  languages: string[];
}
export interface MeOut {
  person: PersonOut;
  memberships: Membership[];
  settings: { [key: string]: unknown };
  csrf_token: string;
  session_ends_at: Moment;
}
export interface MePatch {
  name?: string | null;
  settings?: { [key: string]: unknown } | null;
}
export interface ProjectOut {
  project_id: string;
  slug: string;
  name: string;
  zone: string;
  settings: { [key: string]: unknown };
  policy_version: number;
  is_demo: boolean;
  created_at: Moment;
}
export interface KeyIn {
  name: string;
  scopes?: string[] | null;
  expires_at?: Moment | null;
}
export interface KeyOut {
  key_id: string;
  name: string;
  public: string;
  scopes: string[];
  created_at: Moment;
  expires_at: Moment | null;
  revoked_at: Moment | null;
  last_used_at: Moment | null;
  key: string | null;
}
export interface PersonIn {
  email: string;
  name: string;
  roles: Role[];
  password?: string | null;
  skills?: string[];
  languages?: string[];
}
/** `name` and `is_active` belong to the person, the others to the place in this project. */
export interface PersonPatch {
  name?: string | null;
  is_active?: boolean | null;
  level?: "junior" | "senior" | null;
  skills?: string[] | null;
  languages?: string[] | null;
}
export interface RolesIn {
  roles: Role[];
}
/** A person as a member of one project. */
export interface MemberOut extends PersonOut {
  roles: string[];
  level: "junior" | "senior";
  skills: string[];
  languages: string[];
  is_invited: boolean;
  invite_url: string | null;
}
export interface AcceptIn {
  token: string;
  password: string;
}
export interface SessionConfirmed {
  confirmed_at: Moment;
}
export interface StopIn {
  reason: string;
  freeze?: boolean;
  scope?: "project" | "everywhere";
}
export interface StopOut {
  in_force: boolean;
  freeze: boolean;
  since: Moment | null;
  by: string | null;
  reason: string | null;
  scope: "project" | "everywhere" | null;
}
export interface HealthPart {
  name: string;
  ok: boolean;
  why: string | null;
  since: Moment | null;
}
export interface Health {
  ok: boolean;
  parts: HealthPart[];
  version: string;
}

/* ---- items ---- */
export interface FindingOut {
  field: string;
  candidate: number | null;
  context_id: string | null;
  start: number | null;
  end: number | null;
  reason: string;
  severity: string;
  category: string | null;
  evidence: { context_id: string; start: number; end: number }[];
}
export interface ScoreOut {
  name: string;
  kind: string;
  result: string;
  value: number | null;
  label: string | null;
  version: string;
  duration_ms: number;
  reason: string | null;
  findings: FindingOut[];
}
export interface RouteOut {
  action: string;
  rule: string;
  queue: string | null;
  values: JsonObject;
  policy_version: number;
  autonomy: string;
  probability: number;
  audit: number | null;
}
export interface RouteStep {
  step: string;
  rule: string | null;
  held: boolean | null;
  values: JsonObject;
  note: string | null;
}
export interface RouteFull extends RouteOut {
  reason: string;
  steps: RouteStep[];
  uncertified: boolean;
  high_stakes: boolean;
}
export interface ReviewSummary {
  verdict: string;
  severity: string | null;
  reviews: number;
  adjudicated: boolean;
  choice: number | null;
  ranking: number[] | null;
}
export type OutputObject =
  | { type: "text"; text: string }
  | { type: "message"; role: "assistant"; content?: string | null; tool_calls?: JsonObject[] | null }
  | { type: "json"; value: Json; schema?: JsonObject | null }
  | { type: "tool_call"; name: string; arguments: JsonObject; id?: string | null };
/** An outcome that was given out and no longer stands; `correction` is what takes its place, if anything. */
export interface RecallOut {
  recalled_at: Moment;
  why: string;
  reason: string | null;
  severity: string | null;
  categories: string[];
  correction: OutputObject | null;
}
export interface RecallEntry extends RecallOut {
  recall_id: string;
  number: number;
  by: PersonRef | null;
}
export interface SecondLookOut {
  kind: "appeal" | "reopen";
  reason: string;
  by: string | null;
  queue: string;
  state: "open" | "recalled" | "upheld";
  asked_at: Moment;
  due_at: Moment | null;
}
export interface RecallIn {
  reason: string;
  severity?: "minor" | "major" | "critical" | null;
  categories?: string[];
}
export interface OverrideIn extends RecallIn {
  correction: OutputObject;
  checks_overridden?: string | null;
}
export interface AppealIn {
  reason: string;
  by: string;
}
export interface ReopenIn {
  reason: string;
  queue?: string | null;
}
export interface ResultOut {
  item_id: string | null;
  key: string | null;
  status: "released" | "blocked" | "pending";
  source: string | null;
  decided_by: string | null;
  text: string | null;
  output: OutputObject | null;
  content_hash: string | null;
  show: string | null;
  label: string | null;
  reason: string;
  categories: string[];
  route: RouteOut | null;
  review: ReviewSummary | null;
  reference: string | null;
  due_at: Moment | null;
  decided_at: Moment | null;
  late: boolean;
  recall: RecallOut | null;
}
export interface PersonRef {
  person_id: string;
  name: string;
}
export interface ReviewOut {
  review_id: string;
  item_id: string;
  assignment_id: string;
  reviewer: PersonRef | null;
  kind: string;
  verdict: string;
  output: OutputObject | null;
  severity: string | null;
  categories: string[];
  spans: JsonObject[];
  reason: string | null;
  active_ms: number;
  submitted_at: Moment;
  undo_until: Moment;
  state: string;
}
export interface ItemShort {
  item_id: string;
  key: string | null;
  status: string;
  state: string;
  domain: string;
  task: string;
  model: string | null;
  language: string | null;
  confidence: number | null;
  queue: string | null;
  action: string | null;
  rule: string | null;
  verdict: string | null;
  source: string | null;
  received_at: Moment;
  decided_at: Moment | null;
  due_at: Moment | null;
  snippet: string;
}
export interface MatchOut {
  field: string;
  text: string;
  /** From and to, in code points. */
  marks: number[][];
}
export interface ItemListed extends ItemShort {
  match: MatchOut | null;
}
export interface ItemsPage extends Page<ItemListed> {
  looked_back_to: Moment | null;
}
export interface FilterOut {
  name: string;
  kind: string;
  values: string[] | null;
  ready: boolean;
}
export interface FiltersOut {
  data: FilterOut[];
  sorts: string[];
  zone: string;
}
export interface ValueOut {
  value: string;
  count: number;
  count_is: string;
}
export interface ValuesOut {
  data: ValueOut[];
}
export interface ViewIn {
  name: string;
  filters: { [name: string]: string };
  sort: string;
  columns: string[] | null;
  shared: boolean;
}
export interface ViewsIn {
  views: ViewIn[];
}
export interface ViewOut extends ViewIn {
  owner: string | null;
  given: string | null;
}
export interface ViewsOut {
  data: ViewOut[];
}
export interface ContextPassage {
  id?: string | null;
  text: string;
  title?: string | null;
  source?: string | null;
  score?: number | null;
}
export interface ChatMessage {
  role: "system" | "user" | "assistant" | "tool";
  content?: string | JsonObject[] | null;
  name?: string | null;
  tool_calls?: JsonObject[] | null;
  tool_call_id?: string | null;
}
export interface Attempt {
  output: OutputObject;
  confidence?: number | null;
  model?: string | null;
  error?: string | null;
  at?: Moment | null;
}
export interface HistoryEntry {
  at: Moment;
  kind: string;
  text: string;
}
export interface EndUser {
  id: string;
  name?: string | null;
  language?: string | null;
  history?: HistoryEntry[];
}
export interface Candidate {
  output: OutputObject;
  agent?: string | null;
  model?: string | null;
  confidence?: number | null;
}
/** The submitted fields as they came, `output` always as the object. */
export interface SubmittedItem {
  output?: OutputObject | null;
  candidates?: Candidate[] | null;
  prompt?: string | null;
  messages?: ChatMessage[] | null;
  confidence?: number | null;
  context?: ContextPassage[] | null;
  key?: string | null;
  domain?: string | null;
  task?: string | null;
  model?: string | null;
  prompt_version?: string | null;
  language?: string | null;
  metadata?: JsonObject | null;
  attempts?: Attempt[] | null;
  reasoning?: string | null;
  end_user?: EndUser | null;
  consequence?: JsonObject | null;
  group?: string | null;
  run?: JsonObject | null;
  trace?: JsonObject | null;
  fallback?: string | null;
}
export interface ItemOut {
  item_id: string;
  key: string | null;
  status: string;
  state: string;
  received_at: Moment;
  submitted: SubmittedItem;
  scores: ScoreOut[];
  risk: JsonObject | null;
  route: RouteFull | null;
  queue: string | null;
  reviews: ReviewOut[];
  outcome: ResultOut | null;
  audit_sample: ItemSample | null;
  deliveries: ItemDelivery[];
  versions: JsonObject;
  recalls: RecallEntry[];
  second_looks: SecondLookOut[];
  taxonomy: CategoryOut[];
  erased_at: Moment | null;
}
export interface TimelineEntry {
  at: Moment;
  actor: string | null;
  event: string;
  why: string | null;
  details: JsonObject;
  audit_index: number | null;
}
export interface Timeline {
  data: TimelineEntry[];
}

/* ---- reviewing ---- */
export type EmptyBecause =
  | "none_left"
  | "held_by_others"
  | "not_your_skill"
  | "paused"
  | "limit_reached"
  | "own_work"
  | "not_qualified";
export interface QueueOut {
  name: string;
  kind: string;
  level: string;
  skills: string[];
  languages: string[];
  requires: string;
  audits: boolean;
  waiting: number;
  waiting_all: number;
  held: number;
  overdue: number;
  oldest_due_at: Moment | null;
  on_time_today: number | null;
  paused: boolean;
  paused_reason: string | null;
  empty_because: EmptyBecause | null;
}
export interface QueuesOut {
  data: QueueOut[];
}
export interface QueuePatch {
  paused?: boolean | null;
  reason?: string | null;
  limit_per_person?: number | null;
}
export interface ClaimIn {
  queues?: string[] | null;
  limit?: number;
}
export interface CategoryOut {
  name: string;
  severity: string;
}
export interface ReviewForm {
  categories: CategoryOut[];
  reason: "always" | "when_changed" | "never";
  fallback: string | null;
  undo_s: number;
}
export interface WhyHere {
  sentence: string;
  rule: string | null;
  policy_version: number | null;
  values: JsonObject;
  uncertified: boolean;
}
export type Verdict = "approve" | "edit" | "reject";
export type Severity = "minor" | "major" | "critical";
export type PassageLabel = "used" | "irrelevant" | "wrong" | "missing";
export interface UnsentReview {
  fence: number;
  verdict?: Verdict | null;
  output?: OutputObject | null;
  severity?: Severity | null;
  categories?: string[];
  spans?: JsonObject[];
  reason?: string | null;
  passages?: { [contextId: string]: PassageLabel };
  findings?: { [finding: string]: "error" | "not_error" };
}
export interface UnsentReviewOut {
  saved_at: Moment;
  review: Omit<UnsentReview, "fence">;
}
export interface AssignmentOut {
  assignment_id: string;
  kind: "review" | "audit" | "adjudication";
  state: "held" | "submitted" | "returned" | "expired" | "revoked";
  item_id: string;
  item: SubmittedItem;
  scores: ScoreOut[] | null;
  segment: string;
  queue: string;
  fence: number;
  lease_until: Moment;
  lease_s: number;
  due_at: Moment | null;
  received_at: Moment;
  why_here: WhyHere;
  verdicts: Verdict[];
  form: ReviewForm;
  guideline: JsonObject | null;
  rubric: JsonObject | null;
  unsent_review: UnsentReviewOut | null;
}
export interface Claimed {
  assignments: AssignmentOut[];
  empty_because: EmptyBecause | null;
}
export interface ReviewsToday {
  given: number;
  since: Moment;
}
export interface AssignmentsOut {
  data: AssignmentOut[];
}
export interface FenceIn {
  fence: number;
}
export interface LeaseOut {
  lease_until: Moment;
}
export interface ReturnIn {
  fence: number;
  reason?: string | null;
  skip?: boolean;
  to?: string | null;
}
export interface RecheckIn {
  output: OutputObject;
}
export interface RecheckOut {
  scores: ScoreOut[];
  /** The checks that must be mended or overridden; others that fail are only noted. */
  failed: string[];
}
export interface ReviewIn extends UnsentReview {
  verdict: Verdict;
  warnings_shown?: string[];
  checks_overridden?: string | null;
  active_ms: number;
  claim_next?: boolean;
  queues?: string[] | null;
}
export interface ReviewDone {
  review: ReviewOut;
  undo_until: Moment;
  next: AssignmentOut | null;
  empty_because: EmptyBecause | null;
}

/* ---- policies (contract.md, section 3) ---- */
export interface PolicyOut {
  version: number;
  state: "proposed" | "shadow" | "active" | "past";
  yaml: string;
  note: string;
  author_id: string | null;
  created_at: Moment;
  activated_at: Moment | null;
  /** The version its author started from. */
  base: number | null;
  approved_by: string | null;
  approved_at: Moment | null;
  approval_note: string | null;
  /** What it was put in place of, and where a rollback leads. */
  instead_of: number | null;
}
export interface PoliciesOut {
  data: PolicyOut[];
  needs_approval: boolean;
}
export interface PolicyIn {
  yaml: string;
  note: string;
  base?: number;
}
export interface ValidateOut {
  valid: boolean;
  fields: ErrorField[];
  warnings: string[];
}
export type ReleaseEffect = "loosens" | "tightens" | "neither" | "unclear";
export interface ChangeOut {
  path: string;
  before: unknown;
  after: unknown;
  effect: string;
  release: ReleaseEffect;
}
export interface DiffIn {
  from: number | string;
  to: number | string;
}
export interface DiffOut {
  text: string;
  changes: ChangeOut[];
  release: ReleaseEffect;
}
export interface PolicyTestIn {
  item?: unknown;
  item_id?: string;
  version?: number;
  yaml?: string;
}
export interface PolicyTestOut extends RouteFull {
  category: string | null;
  show: string;
  label: string | null;
  fallback: string | null;
  requires: string;
  priority: number;
  deadline_s: number | null;
  due_at: Moment | null;
  queue_kind: string | null;
  stopped: boolean;
  not_asked: string[];
  scores: ScoreOut[];
}
export interface CategoryUse {
  category: string;
  reviews: number;
  audits: number;
  share: number | null;
  low: number | null;
  high: number | null;
}
export interface CategoriesOut {
  since: Moment;
  reviews: number;
  audits: number;
  level: number;
  data: CategoryUse[];
}

/* ---- audit log ---- */
export interface AuditEntryOut {
  entry_id: string;
  index: number | null;
  at: Moment;
  actor: string;
  actor_name: string | null;
  kind: string;
  subject: string;
  commitment: string;
  leaf_hash: string;
}
export interface LastCheck {
  at: Moment;
  ok: boolean;
  size: number;
  first_bad_index: number | null;
  why: string | null;
}
export interface AuditLogState {
  size: number;
  checkpoint: string | null;
  verifier_key: string;
  last_check: LastCheck | null;
}
/** A line of the answer of a check: how far it is, or what was found. */
export type VerifyLine =
  | { checked: number; of: number }
  | { ok: boolean; size: number; first_bad_index: number | null; why: string | null; unsequenced: number };
export interface EvidenceEntry {
  index: number;
  entry: string;
  leaf_hash: string;
  details: string | null;
  salt: string | null;
  proof: string[];
}
export interface Evidence {
  format: string;
  item_id: string;
  verifier_key: string;
  checkpoint: string | null;
  waiting: number;
  entries: EvidenceEntry[];
}

/* ---- webhooks ---- */
export interface WebhookIn {
  name: string;
  url: string;
  types?: string[];
  content?: boolean;
}
export interface WebhookPatch {
  url?: string | null;
  types?: string[] | null;
  content?: boolean | null;
  enabled?: boolean | null;
}
export interface RotateIn {
  overlap?: string | null;
}
export interface WebhookHealth {
  attempts: number;
  succeeded: number;
  success_share: number | null;
  failures_in_a_row: number;
  p95_ms: number | null;
  waiting: number;
  dead: number;
  oldest_waiting_at: Moment | null;
  last_error: string | null;
  last_error_at: Moment | null;
  ticks: boolean[];
}
export interface WebhookOut {
  webhook_id: string;
  name: string;
  url: string;
  types: string[];
  content: boolean;
  enabled: boolean;
  disabled_why: string | null;
  disabled_at: Moment | null;
  old_secret_until: Moment | null;
  created_at: Moment;
  health: WebhookHealth;
  secret: string | null;
}
export interface AttemptShort {
  at: Moment;
  took_ms: number;
  status: number | null;
  error: string | null;
}
export interface AttemptOut {
  at: Moment;
  took_ms: number;
  status: number | null;
  error: string | null;
  answer: string | null;
}
export type DeliveryState = "waiting" | "done" | "dead";
export interface ItemDelivery {
  delivery_id: string;
  webhook: string;
  event_id: string;
  type: string;
  subject: string;
  state: DeliveryState;
  attempts: AttemptShort[];
  next_attempt_at: Moment | null;
  created_at: Moment;
  finished_at: Moment | null;
}
export interface DeliveryOut {
  delivery_id: string;
  webhook: string;
  event_id: string;
  type: string;
  subject: string;
  state: DeliveryState;
  attempts: AttemptOut[];
  next_attempt_at: Moment | null;
  created_at: Moment;
  finished_at: Moment | null;
}
export interface ReplayIn {
  webhook: string;
  from: Moment;
  to?: Moment | null;
}
export interface ReplayOut {
  job_id: string;
}

/* ---- metrics ---- */
export interface ItemSample {
  segment: string;
  pick: string;
  probability: number;
  drawn_at: Moment;
  answered_at: Moment | null;
  verdict: string | null;
  is_error: boolean | null;
}
export interface AuditSampleOut {
  item_id: string;
  segment: string;
  pick: string;
  probability: number;
  drawn_at: Moment;
  answered_at: Moment | null;
  verdict: string | null;
  is_error: boolean | null;
}
export interface EstimateOut {
  value: number | null;
  low: number | null;
  high: number | null;
  level: number;
  n: number;
  why: string | null;
}
export interface MetricPoint {
  at: Moment;
  until: Moment;
  value: number | null;
  numerator: number;
  denominator: number | null;
  why: string | null;
  estimate: EstimateOut | null;
  items_url: string;
}
export interface MetricLine {
  key: string;
  label: string;
  quantile: string | null;
  points: MetricPoint[];
  total: MetricPoint;
}
export interface MetricOut {
  key: string;
  title: string;
  question: string;
  numerator: string;
  denominator: string;
  clock: string;
  unit: string;
  by: string[];
  note: string;
  shape: string;
  is_estimate: boolean;
  alarm_below: number | null;
  alarm_above: number | null;
  left_out: string;
}
export interface NotYetOut {
  key: string;
  title: string;
  needs: string;
}
export interface MetricsOut {
  metric: MetricOut;
  from_at: Moment;
  to_at: Moment;
  step: string;
  zone: string;
  by: string | null;
  currency: string | null;
  counted_until: Moment;
  series: MetricLine[];
  more_series: number;
  items_url: string;
}
export interface MetricListOut {
  data: MetricOut[];
  not_yet: NotYetOut[];
  segments: string[];
}

/* ---- exports ---- */
export type ExportFormat = "jsonl" | "csv" | "trl-sft" | "trl-dpo" | "trl-kto";
export type ExportField = "status" | "domain" | "task" | "model" | "prompt_version" | "language" | "queue" | "rule" | "verdict" | "source" | "group";
export type ExportFilters = { from?: Moment; to?: Moment } & { [field in ExportField]?: string[] };
export interface ExportIn {
  format: ExportFormat;
  filters: ExportFilters;
  masked: boolean;
}
export interface ExportFile {
  name: string;
  bytes: number;
  sha256: string;
}
export interface ExportMade {
  manifest: { [name: string]: unknown };
  files: ExportFile[];
}
export type JobState = "queued" | "running" | "done" | "failed";
export interface JobProgress {
  done: number;
  of: number | null;
}
export interface ExportError {
  code: string;
  message: string;
}
export interface JobOut {
  job_id: string;
  kind: "export";
  state: JobState;
  progress: JobProgress;
  result: ExportMade | null;
  error: ExportError | null;
}
export interface ExportOut {
  export_id: string;
  format: ExportFormat;
  filters: { [field: string]: string[] };
  decided_from: Moment | null;
  decided_to: Moment;
  masked: boolean;
  state: JobState;
  progress: JobProgress;
  result: ExportMade | null;
  error: ExportError | null;
  asked_by: string;
  asked_by_name: string | null;
  created_at: Moment;
  finished_at: Moment | null;
  expires_at: Moment | null;
  removed: boolean;
}
