import { Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PolicyOut } from "@/api/schema";
import { useFormat } from "@/shared/format";
import { useMe } from "@/shared/session/me";
import { useMay, useProject } from "@/shared/session/project";
import { CopyButton, LoadingShape, Note, PageHead } from "@/shared/ui";
import { useAuthor } from "./api/get-author";
import { usePolicies } from "./api/get-policies";
import { ActivateDialog } from "./dialogs/activate-dialog";
import { ApproveDialog } from "./dialogs/approve-dialog";
import { RollBackDialog } from "./dialogs/roll-back-dialog";
import { dropDraft, keepDraft, readDraft } from "./model/draft";
import styles from "./policy.module.css";
import type { Shown } from "./policy-page";
import { Order } from "./views/order";
import { Versions } from "./views/versions";
import { ViewBar } from "./views/view-bar";

const PolicyText = lazy(() => import("./policy-text"));
const InWords = lazy(() => import("./in-words-view"));
const CompareView = lazy(() => import("./views/compare-view"));
const TryView = lazy(() => import("./views/try-view"));
const ErrorsView = lazy(() => import("./views/errors-view"));

interface VersionDeskProps {
  policy: PolicyOut;
  active: PolicyOut;
  view: string;
  onShown: (next: Shown) => void;
}

/** A stored version: read in five ways, and what may be done with it. */
export function VersionDesk({ policy, active, view, onShown }: VersionDeskProps) {
  const { t } = useTranslation("policy");
  const { project } = useProject();
  const mayWrite = useMay("policies.write");
  const [draft, setDraft] = useState(() => readDraft(project));
  const isActive = policy.state === "active";
  const show = (next: Partial<Shown>) => onShown({ version: isActive ? null : policy.version, view, isDraft: false, ...next });
  const edit = () => {
    if (draft === null) keepDraft(project, { yaml: policy.yaml, base: active.version, at: new Date().toISOString() });
    onShown({ version: null, view: "text", isDraft: true });
  };
  return (
    <>
      <PageHead
        title={t("heading", { version: policy.version })}
        actions={
          <>
            <Steps policy={policy} active={active} onShown={onShown} />
            {mayWrite && draft === null && (
              <Button size="xs" onClick={edit}>
                {t("edit")}
              </Button>
            )}
          </>
        }
      >
        <When policy={policy} />
      </PageHead>
      {!isActive && (
        <div className={styles.remark}>
          <Note>
            {t(`notActive.${policy.state as "past"}`)}{" "}
            <Button size="compact-xs" variant="subtle" className={styles.toActive} onClick={() => onShown({ version: null, view, isDraft: false })}>
              {t("toActive")}
            </Button>
          </Note>
        </div>
      )}
      {mayWrite && draft !== null && (
        <Unfinished
          at={draft.at}
          base={draft.base}
          onContinue={edit}
          onDropped={() => {
            dropDraft(project);
            setDraft(null);
          }}
        />
      )}
      {!mayWrite && <p className={`meta ${styles.remark}`}>{t("readOnly")}</p>}
      <div className={styles.columns}>
        <section className={styles.paper} aria-label={t("heading", { version: policy.version })}>
          <ViewBar view={view} onView={(next) => show({ view: next })}>
            <CopyButton text={policy.yaml} label={t("copy")} />
          </ViewBar>
          <Suspense fallback={<LoadingShape lines={12} />}>
            <View policy={policy} active={active} view={view} mayWrite={mayWrite} onEdit={edit} />
          </Suspense>
        </section>
        <div className={styles.sideColumn}>
          <Versions shown={policy.version} onVersionChosen={(version) => show({ version })} />
          <Order />
        </div>
      </div>
    </>
  );
}

function View(props: { policy: PolicyOut; active: PolicyOut; view: string; mayWrite: boolean; onEdit: () => void }) {
  const { policy, active, view } = props;
  const { t } = useTranslation("policy");
  switch (view) {
    case "words":
      return <InWords yaml={policy.yaml} />;
    case "errors":
      return <ErrorsView yaml={policy.yaml} onEdit={props.mayWrite ? props.onEdit : null} />;
    case "compare":
      return <CompareView key={policy.version} version={policy.version} yaml={policy.yaml} active={active} />;
    case "try":
      return <TryView asked={{ version: policy.version }} />;
    default:
      return <PolicyText yaml={policy.yaml} label={t("heading", { version: policy.version })} />;
  }
}

/** What may be done with a version: approve, activate, roll back. Each says first what follows. */
function Steps({ policy, active, onShown }: { policy: PolicyOut; active: PolicyOut; onShown: (next: Shown) => void }) {
  const { t } = useTranslation("policy");
  const [open, setOpen] = useState<"approve" | "activate" | "rollback" | null>(null);
  const mayActivate = useMay("policies.activate");
  const me = useMe();
  const { data } = usePolicies();
  const needsApproval = data?.needs_approval ?? false;
  if (!mayActivate) return null;
  const isOwn = policy.author_id === me.person.person_id;
  const isApproved = policy.approved_by !== null;
  const close = () => setOpen(null);
  const done = () => {
    close();
    onShown({ version: null, view: "text", isDraft: false });
  };
  if (policy.state === "active") {
    return (
      <>
        {policy.version > 1 && (
          <Button size="xs" onClick={() => setOpen("rollback")}>
            {t("rollBack.open")}
          </Button>
        )}
        <RollBackDialog opened={open === "rollback"} active={policy} onClose={close} onDone={done} />
      </>
    );
  }
  const mustWait = needsApproval && !isApproved;
  return (
    <>
      {!isApproved && !isOwn && (
        <Button size="xs" onClick={() => setOpen("approve")}>
          {t("approve.open")}
        </Button>
      )}
      {mustWait && isOwn && <span className="meta">{t("approve.notOwn")}</span>}
      {!mustWait && (
        <Button size="xs" variant="filled" onClick={() => setOpen("activate")}>
          {t("activate.open")}
        </Button>
      )}
      <ApproveDialog opened={open === "approve"} policy={policy} active={active} onClose={close} onDone={close} />
      <ActivateDialog opened={open === "activate"} policy={policy} active={active} onClose={close} onDone={done} />
    </>
  );
}

function When({ policy }: { policy: PolicyOut }) {
  const { t } = useTranslation("policy");
  const format = useFormat();
  const author = useAuthor(policy.author_id);
  const approver = useAuthor(policy.approved_by);
  const by = policy.author_id === null ? t("system") : (author ?? t("somebody"));
  const words =
    policy.activated_at === null
      ? t("written", { at: format.full(policy.created_at), by })
      : t("inForce", { at: format.full(policy.activated_at), by });
  return (
    <>
      {words} {policy.note !== "" && <bdi>{t("note", { note: policy.note })}</bdi>}
      {policy.approved_at !== null && (
        <>
          {" "}
          {t("approvedBy", { at: format.full(policy.approved_at), by: approver ?? t("somebody") })}{" "}
          {(policy.approval_note ?? "") !== "" && <bdi>{t("note", { note: policy.approval_note })}</bdi>}
        </>
      )}
    </>
  );
}

function Unfinished(props: { at: string; base: number; onContinue: () => void; onDropped: () => void }) {
  const { t } = useTranslation("policy");
  const format = useFormat();
  return (
    <div className={styles.remark}>
      <Note tone="warn">
        {t("draft.waits", { at: format.full(props.at), version: props.base })}
        <span className={styles.remarkButtons}>
          <Button size="compact-xs" onClick={props.onContinue}>
            {t("draft.continue")}
          </Button>
          <Button size="compact-xs" variant="subtle" onClick={props.onDropped}>
            {t("draft.drop")}
          </Button>
        </span>
      </Note>
    </div>
  );
}
