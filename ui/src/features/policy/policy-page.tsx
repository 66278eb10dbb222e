import { Button, SegmentedControl } from "@mantine/core";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { PolicyOut } from "@/api/schema";
import { useFormat, useNow } from "@/shared/format";
import { useMay, useProject } from "@/shared/session/project";
import { CopyButton, EmptyState, LoadingShape, Note, PageHead, Problem } from "@/shared/ui";
import { useAuthor } from "./api/get-author";
import { usePolicies, usePolicy } from "./api/get-policies";
import styles from "./policy.module.css";

const PolicyText = lazy(() => import("./policy-text"));
const InWords = lazy(() => import("./in-words-view"));

interface PolicyPageProps {
  /** The version to read; null is the active one. */
  version: number | null;
  onVersionChosen: (version: number | null) => void;
}

/** What decides which output goes where: to be read as text and in words. */
export function PolicyPage({ version, onVersionChosen }: PolicyPageProps) {
  const { t } = useTranslation("policy");
  const policy = usePolicy(version);
  const { name } = useProject();
  const isAllowed = useMay("policies.read");
  useEffect(() => {
    document.title = `${t("title")} | Handrail`;
  }, [t]);

  if (!isAllowed) {
    return (
      <div className={styles.page}>
        <EmptyState heading="h1" title={t("noPermission")}>{t("noPermissionText", { project: name })}</EmptyState>
      </div>
    );
  }
  const isMissing = policy.error instanceof ApiError && policy.error.status === 404;
  return (
    <div className={styles.page}>
      {policy.data !== undefined ? (
        <Policy policy={policy.data} onVersionChosen={onVersionChosen} />
      ) : isMissing ? (
        <EmptyState
          heading="h1"
          title={t("noVersion")}
          actions={
            <Button size="xs" onClick={() => onVersionChosen(null)}>
              {t("toActive")}
            </Button>
          }
        >
          {t("noVersionText")}
        </EmptyState>
      ) : policy.error !== null ? (
        <Problem error={policy.error} onTryAgain={() => void policy.refetch()} />
      ) : (
        <LoadingShape lines={12} />
      )}
    </div>
  );
}

function Policy({ policy, onVersionChosen }: { policy: PolicyOut; onVersionChosen: (version: number | null) => void }) {
  const { t } = useTranslation("policy");
  const [view, setView] = useState<"text" | "words">("text");
  const isActive = policy.state === "active";
  return (
    <>
      <PageHead title={t("heading", { version: policy.version })}>
        <When policy={policy} />
      </PageHead>
      {!isActive && (
        <div className={styles.past}>
          <Note>
            {t(`notActive.${policy.state as "past"}`)}{" "}
            <Button size="compact-xs" variant="subtle" className={styles.toActive} onClick={() => onVersionChosen(null)}>
              {t("toActive")}
            </Button>
          </Note>
        </div>
      )}
      <div className={styles.columns}>
        <section className={styles.paper} aria-label={t("heading", { version: policy.version })}>
          <div className={styles.bar}>
            <SegmentedControl
              size="xs"
              aria-label={t("view.label")}
              value={view}
              onChange={(value) => setView(value === "words" ? "words" : "text")}
              data={[
                { value: "text", label: t("view.text") },
                { value: "words", label: t("view.words") },
              ]}
            />
            <span className="push">
              <CopyButton text={policy.yaml} label={t("copy")} />
            </span>
          </div>
          <Suspense fallback={<LoadingShape lines={12} />}>
            {view === "text" ? (
              <PolicyText yaml={policy.yaml} label={t("heading", { version: policy.version })} />
            ) : (
              <InWords yaml={policy.yaml} />
            )}
          </Suspense>
        </section>
        <div className={styles.sideColumn}>
          <Versions shown={policy.version} onVersionChosen={onVersionChosen} />
          <Order />
          <p className="meta">{t("change")}</p>
        </div>
      </div>
    </>
  );
}

function When({ policy }: { policy: PolicyOut }) {
  const { t } = useTranslation("policy");
  const format = useFormat();
  const author = useAuthor(policy.author_id);
  const by = policy.author_id === null ? t("system") : (author ?? t("somebody"));
  const words =
    policy.activated_at === null
      ? t("written", { at: format.full(policy.created_at), by })
      : t("inForce", { at: format.full(policy.activated_at), by });
  return (
    <>
      {words} {policy.note !== "" && <bdi>{t("note", { note: policy.note })}</bdi>}
    </>
  );
}

function Versions({ shown, onVersionChosen }: { shown: number; onVersionChosen: (version: number | null) => void }) {
  const { t } = useTranslation("policy");
  const format = useFormat();
  const now = useNow(60_000);
  const { data, error, refetch } = usePolicies();
  return (
    <section>
      <h2>{t("versions")}</h2>
      {data === undefined ? (
        error === null ? (
          <LoadingShape />
        ) : (
          <Problem error={error} onTryAgain={() => void refetch()} />
        )
      ) : (
        <ul className={styles.versions}>
          {data.map((one) => (
            <li key={one.version}>
              <button
                type="button"
                aria-current={one.version === shown ? "true" : undefined}
                onClick={() => onVersionChosen(one.state === "active" ? null : one.version)}
              >
                <span className="medium num">{t("version", { version: one.version })}</span>
                <span className={one.state === "active" ? "ok" : "quieter"}>{t(`state.${one.state}`)}</span>
                <span className="quieter num push">{format.moment(one.activated_at ?? one.created_at, now)}</span>
                {one.note !== "" && (
                  <span className={styles.versionNote}>
                    <bdi>{one.note}</bdi>
                  </span>
                )}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const STEPS = ["checks", "block", "highStakes", "notRun", "review", "gate", "monitor", "bands", "load", "draws", "stop"] as const;

/** The order is always the same, whatever stands in the text. */
function Order() {
  const { t } = useTranslation("policy");
  return (
    <section>
      <h2>{t("order.title")}</h2>
      <p className="small quiet">{t("order.text")}</p>
      <ol className={styles.order}>
        {STEPS.map((step) => (
          <li key={step}>{t(`order.${step}`)}</li>
        ))}
      </ol>
    </section>
  );
}
