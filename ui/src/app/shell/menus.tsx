import { Menu } from "@mantine/core";
import { IconCheck, IconLogout, IconUser } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useSignOut } from "@/features/access";
import { useProject } from "@/shared/session/project";
import { useProjectSwitch } from "../project-switch";
import styles from "./nav-shell.module.css";

interface MenuProps {
  opened: boolean;
  onOpenChanged: (opened: boolean) => void;
  /** The button that opens it. */
  children: ReactElement;
}

/** The projects of the signed-in person. */
export function ProjectMenu({ opened, onOpenChanged, children }: MenuProps) {
  const project = useProject();
  const { memberships, switchTo } = useProjectSwitch();
  return (
    <Menu opened={opened} onChange={onOpenChanged} width="max-content" position="bottom-start">
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown className={styles.projects ?? ""}>
        {memberships.map((one) => (
          <Menu.Item
            key={one.project}
            onClick={() => switchTo(one.project)}
            leftSection={one.project === project.project ? <IconCheck size={16} /> : <span className={styles.noMark} />}
          >
            {one.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Profile, and the way out. */
export function PersonMenu({ opened, onOpenChanged, children }: MenuProps) {
  const { t } = useTranslation("desk");
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <Menu opened={opened} onChange={onOpenChanged} position="top-start">
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconUser size={16} stroke={1.75} />}
          onClick={() => void navigate({ to: "/settings/{-$section}", params: { section: "profile" } })}
        >
          {t("nav.profile")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.75} />} onClick={() => signOut.mutate()}>
          {t("nav.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
