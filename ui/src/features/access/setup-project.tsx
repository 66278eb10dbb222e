import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import styles from "./access.module.css";
import { SLUG, slugFrom } from "./token";

export interface ProjectWords {
  name: string;
  slug: string;
  zone: string;
}

interface ProjectStepProps {
  words: ProjectWords;
  error: Error | null;
  isSending: boolean;
  onChanged: (words: ProjectWords) => void;
  onBack: () => void;
  onNext: () => void;
}

export function ProjectStep({ words, error, isSending, onChanged, onBack, onNext }: ProjectStepProps) {
  const { t } = useTranslation("access");
  const [isSlugWrong, setIsSlugWrong] = useState(false);
  const said = (path: string) => (error instanceof ApiError ? error.field(path) : null);
  const named = (name: string) => {
    const followed = words.slug === slugFrom(words.name);
    onChanged({ ...words, name, slug: followed ? slugFrom(name) : words.slug });
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    const wrong = !SLUG.test(words.slug);
    setIsSlugWrong(wrong);
    if (!wrong && !isSending) onNext();
  };
  return (
    <form className={styles.form} onSubmit={send}>
      <div>
        <h1>{t("setup.projectTitle")}</h1>
        <p className="quiet">{t("setup.projectText")}</p>
      </div>
      <TextInput
        label={t("setup.projectName")}
        placeholder={t("setup.projectExample")}
        name="project"
        value={words.name}
        onChange={(event) => named(event.currentTarget.value)}
        error={said("/project/name")}
        maxLength={200}
        required
        withAsterisk={false}
        autoFocus
      />
      <TextInput
        label={t("setup.slug")}
        description={t("setup.slugWhat")}
        name="slug"
        value={words.slug}
        onChange={(event) => onChanged({ ...words, slug: event.currentTarget.value })}
        error={isSlugWrong ? t("setup.slugRule") : said("/project/slug")}
        maxLength={64}
        required
        withAsterisk={false}
        spellCheck={false}
        autoCapitalize="none"
      />
      <TextInput
        label={t("setup.zone")}
        description={t("setup.zoneWhat")}
        name="zone"
        value={words.zone}
        onChange={(event) => onChanged({ ...words, zone: event.currentTarget.value })}
        error={said("/project/zone")}
        maxLength={64}
        required
        withAsterisk={false}
        spellCheck={false}
      />
      <div className={styles.buttons}>
        <Button variant="subtle" size="md" onClick={onBack}>
          {t("setup.back")}
        </Button>
        <Button type="submit" variant="filled" size="md" aria-disabled={isSending}>
          {isSending ? t("setup.creating") : t("setup.create")}
        </Button>
      </div>
    </form>
  );
}
