import { createContext, type ReactNode, useContext } from "react";
import type { Membership } from "@/api/schema";

const ProjectContext = createContext<Membership | null>(null);

export function ProjectProvider({ project, children }: { project: Membership | null; children: ReactNode }) {
  return <ProjectContext value={project}>{children}</ProjectContext>;
}

/** The membership in the project on screen: its name, and the roles and permissions of the signed-in person. */
export function useProject(): Membership {
  const project = useContext(ProjectContext);
  if (project === null) throw new Error("useProject needs a project on screen");
  return project;
}

/** Whether the signed-in person holds `permission`, such as `queues.manage`, in the project on screen. */
export function useMay(permission: string): boolean {
  return useProject().permissions.includes(permission);
}

const KEPT = "handrail.project";

/** The project to open: the one kept in this browser if the person still belongs to it, else the first. */
export function chooseProject(memberships: readonly Membership[]): Membership | null {
  const kept = window.localStorage.getItem(KEPT);
  return memberships.find((one) => one.project === kept) ?? memberships[0] ?? null;
}

export function keepProject(slug: string): void {
  window.localStorage.setItem(KEPT, slug);
}
