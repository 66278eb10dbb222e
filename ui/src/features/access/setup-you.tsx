import { Button, PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import styles from "./access.module.css";

export interface YouWords {
  name: string;
  email: string;
  password: string;
}

interface YouStepProps {
  words: YouWords;
  error: Error | null;
  onChanged: (words: YouWords) => void;
  onNext: () => void;
}

export const SHORTEST_PASSWORD = 12;

export function YouStep({ words, error, onChanged, onNext }: YouStepProps) {
  const { t } = useTranslation("access");
  const [isTooShort, setIsTooShort] = useState(false);
  const said = (path: string) => (error instanceof ApiError ? error.field(path) : null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const short = words.password.length < SHORTEST_PASSWORD;
    setIsTooShort(short);
    if (!short) onNext();
  };
  return (
    <form className={styles.form} onSubmit={send}>
      <div>
        <h1>{t("setup.youTitle")}</h1>
        <p className="quiet">{t("setup.once")}</p>
      </div>
      <TextInput
        label={t("name")}
        name="name"
        autoComplete="name"
        value={words.name}
        onChange={(event) => onChanged({ ...words, name: event.currentTarget.value })}
        error={said("/name")}
        maxLength={200}
        required
        withAsterisk={false}
        autoFocus
      />
      <TextInput
        label={t("email")}
        type="email"
        name="email"
        autoComplete="username"
        value={words.email}
        onChange={(event) => onChanged({ ...words, email: event.currentTarget.value })}
        error={said("/email")}
        maxLength={320}
        required
        withAsterisk={false}
      />
      <PasswordInput
        label={t("password")}
        description={t("setup.passwordRule", { least: SHORTEST_PASSWORD })}
        name="new-password"
        autoComplete="new-password"
        value={words.password}
        onChange={(event) => onChanged({ ...words, password: event.currentTarget.value })}
        error={isTooShort ? t("setup.tooShort", { least: SHORTEST_PASSWORD }) : said("/password")}
        visibilityToggleButtonProps={{ "aria-label": t("showPassword"), tabIndex: 0 }}
        maxLength={1_000}
        required
        withAsterisk={false}
      />
      <Button type="submit" variant="filled" size="md" fullWidth>
        {t("setup.next")}
      </Button>
    </form>
  );
}
