import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { onSessionEnded, setProject } from "@/api/context";
import type { MeOut } from "@/api/schema";
import { SignedOutDialog } from "@/features/access";
import { Strips } from "@/features/desk";
import { useLiveQueues } from "@/features/queues";
import { meQuery, useMe } from "@/shared/session/me";
import { chooseProject, keepProject, ProjectProvider } from "@/shared/session/project";
import { EmptyState } from "@/shared/ui";
import styles from "./app.module.css";
import { DeskKeys } from "./desk-keys";
import { ProjectSwitchProvider } from "./project-switch";

/** What stands around every page of a signed-in person: the state of the whole, and the session. */
export function AppFrame() {
  const { t } = useTranslation("desk");
  const me = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [slug, setSlug] = useState(() => chooseProject(me.memberships)?.project ?? null);
  const project = me.memberships.find((one) => one.project === slug) ?? chooseProject(me.memberships);
  setProject(project?.project ?? null); // before any child asks the server
  // The review room says itself what becomes of the draft and the verdict.
  const isReview = useLocation().pathname.startsWith("/review/");

  const switchTo = useCallback(
    (next: string) => {
      keepProject(next);
      setProject(next);
      setSlug(next);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" && queryKey[0] !== "projects" });
      void navigate({ to: "/queues" });
    },
    [navigate, queries],
  );
  const switcher = useMemo(() => ({ memberships: me.memberships, switchTo }), [me.memberships, switchTo]);

  if (project === null) {
    return (
      <main className={styles.alone}>
        <EmptyState heading="h1" title={t("noProject.title")}>{t("noProject.text")}</EmptyState>
      </main>
    );
  }
  return (
    <ProjectProvider project={project}>
      <ProjectSwitchProvider value={switcher}>
        <div className={styles.frame}>
          <Strips withOffline={!isReview} />
          <div className={styles.below}>
            <Outlet />
          </div>
          <DeskKeys />
          <LiveQueues key={`${project.project}/${me.csrf_token}`} />
          <SessionGuard me={me} />
        </div>
      </ProjectSwitchProvider>
    </ProjectProvider>
  );
}

/** Follows the server's stream on every page: the queues, and in the review room what happens to one's own items. */
function LiveQueues() {
  useLiveQueues();
  return null;
}

/** When the session ends by time the page stays as it is, below a dialog that signs in again. */
function SessionGuard({ me }: { me: MeOut }) {
  const [hasEnded, setHasEnded] = useState(false);
  const queries = useQueryClient();
  useEffect(() => onSessionEnded(() => setHasEnded(true)), []);

  const goOn = (again: MeOut) => {
    queries.setQueryData(meQuery.queryKey, again);
    if (again.person.person_id !== me.person.person_id) window.location.assign("/");
    setHasEnded(false);
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
  };
  return <SignedOutDialog email={me.person.email} opened={hasEnded} onSignedIn={goOn} />;
}
