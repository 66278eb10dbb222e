import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { MeOut } from "@/api/schema";
import { EmptyState, Note, useSentence } from "@/shared/ui";
import styles from "./access.module.css";
import { useSetup } from "./api/setup";
import { ProjectStep, type ProjectWords } from "./setup-project";
import { TryStep } from "./setup-try";
import { YouStep, type YouWords } from "./setup-you";
import { ServerName } from "./sign-in-page";
import { tokenFrom } from "./token";

interface SetupPageProps {
  onSignedIn: (me: MeOut) => void;
  /** Called with the slug of the project to open. */
  onDone: (project: string) => void;
}

const STEPS = ["you", "project", "try"] as const;
type Step = (typeof STEPS)[number];

/** Three short steps, once: you, the first project, try it. */
export function SetupPage({ onSignedIn, onDone }: SetupPageProps) {
  const { t } = useTranslation("access");
  const [token] = useState(() => tokenFrom(window.location.hash));
  const [step, setStep] = useState<Step>("you");
  const [you, setYou] = useState<YouWords>({ name: "", email: "", password: "" });
  const [project, setProject] = useState<ProjectWords>({ name: "", slug: "", zone: localZone() });
  const setup = useSetup({
    onDone: (me) => {
      // The token is used up; it should not stay in the address or the history.
      window.history.replaceState(null, "", window.location.pathname);
      onSignedIn(me);
      setStep("try");
    },
    onRefused: (error) => setStep(concernsYou(error) ? "you" : "project"),
  });

  return (
    <main className={styles.page}>
      <ServerName />
      <section className={styles.card} data-wide={step === "try" || undefined}>
        {token === null ? (
          <EmptyState heading="h1" title={t("setup.noToken")}>{t("setup.noTokenText")}</EmptyState>
        ) : (
          <>
            <Progress step={step} />
            <Refusal error={setup.error} />
            {step === "you" && (
              <YouStep words={you} error={setup.error} onChanged={setYou} onNext={() => setStep("project")} />
            )}
            {step === "project" && (
              <ProjectStep
                words={project}
                error={setup.error}
                isSending={setup.isPending}
                onChanged={setProject}
                onBack={() => setStep("you")}
                onNext={() => setup.mutate({ token, ...you, project })}
              />
            )}
            {step === "try" && <TryStep project={project.slug} onDone={onDone} />}
          </>
        )}
      </section>
    </main>
  );
}

function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether a refusal is about the person's own fields, so that the first step should be shown again. */
function concernsYou(error: Error): boolean {
  return error instanceof ApiError && error.fields.some((one) => /^\/(name|email|password)$/.test(one.path));
}

/** What the server says, unless it is tied to a field, where it stands beside that field. */
function Refusal({ error }: { error: Error | null }) {
  const sentence = useSentence();
  if (error === null || (error instanceof ApiError && error.fields.length > 0)) return null;
  return (
    <Note tone="bad" role="alert">
      {sentence(error)}
    </Note>
  );
}

function Progress({ step }: { step: Step }) {
  const { t } = useTranslation("access");
  const at = STEPS.indexOf(step);
  return (
    <ol className={styles.steps} aria-label={t("setup.progress", { at: at + 1, of: STEPS.length })}>
      {STEPS.map((one, index) => (
        <li key={one} aria-current={one === step ? "step" : undefined} data-done={index < at || undefined}>
          {t(`setup.step.${one}`)}
        </li>
      ))}
    </ol>
  );
}
