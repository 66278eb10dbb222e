export { AuditLogPage } from "./audit-log-page";
export { EvidenceView } from "./evidence-view";
export { VerifierKey } from "./verifier-key";
