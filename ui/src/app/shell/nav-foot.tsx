import { UnstyledButton } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { StopSwitch } from "@/features/desk";
import { useMe } from "@/shared/session/me";
import { useProject } from "@/shared/session/project";
import styles from "./nav-shell.module.css";

const PersonMenu = lazy(() => import("./menus").then((module) => ({ default: module.PersonMenu })));

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => Array.from(word ?? "")[0] ?? "").join("");
}

/** The stop switch and the person. */
export function NavFoot({ isNarrow }: { isNarrow: boolean }) {
  return (
    <div className={styles.foot}>
      <StopSwitch isNarrow={isNarrow} />
      <Person isNarrow={isNarrow} />
    </div>
  );
}

function Person({ isNarrow }: { isNarrow: boolean }) {
  const { t } = useTranslation(["desk", "common"]);
  const { person } = useMe();
  const { roles } = useProject();
  const [opened, setOpened] = useState(false);
  const known = roles.map((role) => t(`common:role.${role as "lead"}`, { defaultValue: role }));
  const button = (
    <UnstyledButton className={styles.person ?? ""} title={person.name} aria-haspopup="menu" onClick={() => setOpened(!opened)}>
      <span className={styles.initials} aria-hidden="true">
        {initials(person.name)}
      </span>
      {isNarrow ? (
        <span className="hidden-text">{t("nav.person", { name: person.name })}</span>
      ) : (
        <span className={styles.personName}>
          <span className="trunc">{person.name}</span>
          <span className="quieter">{known.join(", ")}</span>
        </span>
      )}
    </UnstyledButton>
  );
  return (
    <Suspense fallback={button}>
      <PersonMenu opened={opened} onOpenChanged={setOpened}>
        {button}
      </PersonMenu>
    </Suspense>
  );
}
