import { Checkbox, SegmentedControl, TextInput } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/api/schema";
import styles from "./settings.module.css";

export const ROLES: readonly Role[] = ["reviewer", "senior", "lead", "engineer", "auditor", "admin"];

export interface PlaceWords {
  roles: readonly Role[];
  level: "junior" | "senior";
  /** As typed, with commas. */
  skills: string;
  languages: string;
}

/** `claims, motor` as slugs; empty parts are left out. */
export function slugs(typed: string): string[] {
  return typed
    .split(/[,;\s]+/)
    .map((one) => one.trim().toLowerCase())
    .filter(Boolean);
}

interface PlaceFieldsProps {
  words: PlaceWords;
  withLevel: boolean;
  isRoleMissing: boolean;
  said: (path: string) => string | null;
  onChanged: (words: PlaceWords) => void;
}

/** A person's place in the project: roles, level, skills, languages. */
export function PlaceFields({ words, withLevel, isRoleMissing, said, onChanged }: PlaceFieldsProps) {
  const { t } = useTranslation(["settings", "common"]);
  const level = useId();
  return (
    <>
      <Checkbox.Group
        label={t("people.roles")}
        value={[...words.roles]}
        onChange={(chosen) => onChanged({ ...words, roles: ROLES.filter((role) => chosen.includes(role)) })}
        error={isRoleMissing ? t("people.roleMissing") : said("/roles")}
      >
        <div className={styles.roles}>
          {ROLES.map((role) => (
            <Checkbox key={role} value={role} label={t(`common:role.${role}`)} description={t(`people.can.${role}`)} />
          ))}
        </div>
      </Checkbox.Group>
      {withLevel && (
        <div>
          <div className={styles.label} id={level}>
            {t("people.level")}
          </div>
          <SegmentedControl
            size="xs"
            aria-labelledby={level}
            value={words.level}
            onChange={(next) => onChanged({ ...words, level: next === "senior" ? "senior" : "junior" })}
            data={[
              { value: "junior", label: t("common:level.junior") },
              { value: "senior", label: t("common:level.senior") },
            ]}
          />
        </div>
      )}
      <TextInput
        label={t("people.skills")}
        description={t("people.skillsWhat")}
        value={words.skills}
        onChange={(event) => onChanged({ ...words, skills: event.currentTarget.value })}
        error={said("/skills")}
        spellCheck={false}
      />
      <TextInput
        label={t("people.languages")}
        description={t("people.languagesWhat")}
        value={words.languages}
        onChange={(event) => onChanged({ ...words, languages: event.currentTarget.value })}
        error={said("/languages")}
        spellCheck={false}
      />
    </>
  );
}
