import { Button, PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { MeOut } from "@/api/schema";
import { Note, useSentence } from "@/shared/ui";
import { useSignIn } from "./api/sign-in";
import styles from "./access.module.css";

interface SignInFormProps {
  /** Known when somebody signs in again; it can still be changed. */
  email?: string;
  onSignedIn: (me: MeOut) => void;
}

/** The same words for every cause of a refusal: they must not tell whether an account exists. */
export function SignInForm({ email: known = "", onSignedIn }: SignInFormProps) {
  const { t } = useTranslation("access");
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const why = useRefusal();
  const signIn = useSignIn({ onSignedIn });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!signIn.isPending) signIn.mutate({ email: email.trim(), password });
  };
  return (
    <form className={styles.form} onSubmit={send}>
      {signIn.error !== null && (
        <Note tone="bad" role="alert">
          {why(signIn.error)}
        </Note>
      )}
      <TextInput
        label={t("email")}
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        maxLength={320}
        required
        withAsterisk={false}
        {...(known === "" && { "data-autofocus": true, autoFocus: true })}
      />
      <PasswordInput
        label={t("password")}
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{ "aria-label": t("showPassword"), tabIndex: 0 }}
        maxLength={1_000}
        required
        withAsterisk={false}
        {...(known !== "" && { "data-autofocus": true, autoFocus: true })}
      />
      <Button type="submit" variant="filled" size="md" fullWidth aria-disabled={signIn.isPending}>
        {signIn.isPending ? t("signingIn") : t("signIn")}
      </Button>
    </form>
  );
}

function useRefusal(): (error: Error) => string {
  const { t } = useTranslation("access");
  const sentence = useSentence();
  return (error) => {
    if (!(error instanceof ApiError)) return sentence(error);
    if (error.status === 429) return t("tooOften");
    return error.status < 500 ? t("refused") : error.message;
  };
}
