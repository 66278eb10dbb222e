import { Button } from "@mantine/core";
import { IconSelector } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useProject } from "@/shared/session/project";
import styles from "./nav-shell.module.css";

const ProjectMenu = lazy(() => import("./menus").then((module) => ({ default: module.ProjectMenu })));

/** Which project is on screen, and the way to another. Pressing it before the menu is there opens it when it is. */
export function ProjectPicker({ isNarrow }: { isNarrow: boolean }) {
  const { t } = useTranslation("desk");
  const { name } = useProject();
  const [opened, setOpened] = useState(false);
  const button = (
    <Button
      className={styles.project ?? ""}
      size="xs"
      aria-haspopup="menu"
      aria-label={t("nav.project", { name })}
      title={name}
      onClick={() => setOpened(!opened)}
      {...(isNarrow ? {} : { rightSection: <IconSelector size={16} stroke={1.75} /> })}
    >
      <span className="trunc">{isNarrow ? Array.from(name)[0] : name}</span>
    </Button>
  );
  return (
    <Suspense fallback={button}>
      <ProjectMenu opened={opened} onOpenChanged={setOpened}>
        {button}
      </ProjectMenu>
    </Suspense>
  );
}
