import { createContext, useContext } from "react";
import type { Membership } from "@/api/schema";

interface ProjectSwitch {
  memberships: readonly Membership[];
  switchTo: (slug: string) => void;
}

const Context = createContext<ProjectSwitch | null>(null);

export const ProjectSwitchProvider = Context.Provider;

/** The projects of the signed-in person, and how to put another one on screen. */
export function useProjectSwitch(): ProjectSwitch {
  const value = useContext(Context);
  if (value === null) throw new Error("useProjectSwitch needs a signed-in person");
  return value;
}
