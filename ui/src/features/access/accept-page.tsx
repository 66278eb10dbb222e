import { Button, PasswordInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { MeOut } from "@/api/schema";
import { EmptyState, Note, useSentence } from "@/shared/ui";
import styles from "./access.module.css";
import { useAccept } from "./api/accept";
import { SHORTEST_PASSWORD } from "./setup-you";
import { ServerName } from "./sign-in-page";
import { tokenFrom } from "./token";

/** Where an invite link leads: choose a password, and be in. */
export function AcceptPage({ onSignedIn }: { onSignedIn: (me: MeOut) => void }) {
  const { t } = useTranslation("access");
  const [token] = useState(() => tokenFrom(window.location.hash));
  return (
    <main className={styles.page}>
      <ServerName />
      <section className={styles.card}>
        {token === null ? (
          <EmptyState heading="h1" title={t("accept.noToken")}>
            {t("accept.noTokenText")}
          </EmptyState>
        ) : (
          <PasswordForm token={token} onSignedIn={onSignedIn} />
        )}
      </section>
    </main>
  );
}

function PasswordForm({ token, onSignedIn }: { token: string; onSignedIn: (me: MeOut) => void }) {
  const { t } = useTranslation("access");
  const sentence = useSentence();
  const [password, setPassword] = useState("");
  const [isTooShort, setIsTooShort] = useState(false);
  const accept = useAccept({
    onDone: (me) => {
      // The token is used up; it should not stay in the address or the history.
      window.history.replaceState(null, "", window.location.pathname);
      onSignedIn(me);
    },
  });
  const said = accept.error instanceof ApiError ? accept.error.field("/password") : null;
  const send = (event: FormEvent) => {
    event.preventDefault();
    setIsTooShort(password.length < SHORTEST_PASSWORD);
    if (password.length >= SHORTEST_PASSWORD && !accept.isPending) accept.mutate({ token, password });
  };
  return (
    <form className={styles.form} onSubmit={send}>
      <div>
        <h1>{t("accept.title")}</h1>
        <p className="quiet">{t("accept.text")}</p>
      </div>
      {accept.error !== null && said === null && (
        <Note tone="bad" role="alert">
          {sentence(accept.error)}
        </Note>
      )}
      <PasswordInput
        label={t("password")}
        description={t("setup.passwordRule", { least: SHORTEST_PASSWORD })}
        name="new-password"
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={isTooShort ? t("setup.tooShort", { least: SHORTEST_PASSWORD }) : said}
        visibilityToggleButtonProps={{ "aria-label": t("showPassword"), tabIndex: 0 }}
        maxLength={1_000}
        required
        autoFocus
      />
      <Button type="submit" variant="filled" size="md" fullWidth aria-disabled={accept.isPending}>
        {t("accept.go")}
      </Button>
    </form>
  );
}
