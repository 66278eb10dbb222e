import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/shared/session/me";
import { useSettingsChange } from "@/shared/settings/use-settings";
import { useChangeName } from "./api/name";
import { Choice, NotSaved } from "./field";
import styles from "./settings.module.css";

export function ProfileSection() {
  const { t } = useTranslation("settings");
  const { settings, change, error } = useSettingsChange();
  return (
    <div className={styles.section}>
      <NotSaved error={error} />
      <NameForm />
      <Choice
        label={t("theme.label")}
        value={settings.theme}
        options={[
          { value: "auto", label: t("theme.auto") },
          { value: "light", label: t("theme.light") },
          { value: "dark", label: t("theme.dark") },
        ]}
        onChosen={(theme) => change({ theme })}
      />
      <Choice
        label={t("language.label")}
        value={settings.language}
        options={[
          { value: "auto", label: t("language.auto") },
          { value: "en", label: "English" },
          { value: "de", label: "Deutsch" },
        ]}
        onChosen={(language) => change({ language })}
      />
    </div>
  );
}

function NameForm() {
  const { t } = useTranslation(["settings", "common"]);
  const { person } = useMe();
  const [name, setName] = useState(person.name);
  const change = useChangeName();
  const isSame = name.trim() === person.name;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!isSame && name.trim() !== "") change.mutate(name.trim());
  };
  return (
    <form onSubmit={send} className={styles.nameForm}>
      <NotSaved error={change.error} />
      <div className={styles.nameRow}>
        <TextInput
          label={t("name.label")}
          description={t("name.email", { email: person.email })}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="name"
          maxLength={200}
          required
          withAsterisk={false}
        />
        <Button type="submit" aria-disabled={isSame || change.isPending}>
          {t("common:action.save")}
        </Button>
      </div>
      <span role="status" className="small quiet">
        {change.isSuccess && isSame ? t("common:problem.saved") : ""}
      </span>
    </form>
  );
}
