import { Button } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { MeOut } from "@/api/schema";
import { fetchMe } from "@/shared/session/me";
import { LoadingShape, Note } from "@/shared/ui";
import { signOnPath, useSignOn } from "./api/sign-on";
import styles from "./access.module.css";
import { SignInForm } from "./sign-in-form";

interface SignInWaysProps {
  /** Known when somebody signs in again. */
  email?: string;
  /** Where the company's sign-on leads back to. Without it, it opens in a page of its own, and this one stays. */
  next?: string;
  /** The code with which the company's sign-on was refused a moment ago. */
  problem?: string | undefined;
  onSignedIn: (me: MeOut) => void;
}

/** What this server offers: the company's sign-on, a password, or both. */
export function SignInWays({ email, next, problem, onSignedIn }: SignInWaysProps) {
  const { t } = useTranslation("access");
  const { data, isPending } = useSignOn();
  if (isPending) return <LoadingShape lines={3} />;
  const name = data?.name ?? null;
  const form = <SignInForm {...(email !== undefined && { email })} onSignedIn={onSignedIn} />;
  if (name === null) return form;
  return (
    <div className={styles.form}>
      {problem !== undefined && <Problem code={problem} name={name} />}
      {next === undefined ? (
        <InNewPage name={name} onSignedIn={onSignedIn} />
      ) : (
        <CompanyLink href={signOnPath(next)}>{t("company", { name })}</CompanyLink>
      )}
      {data?.alone !== true && (
        <>
          <p className={styles.or}>{t("or")}</p>
          {form}
        </>
      )}
    </div>
  );
}

function CompanyLink({ href, ownPage = false, children }: { href: string; ownPage?: boolean; children: ReactNode }) {
  return (
    <Button
      component="a"
      href={href}
      variant="filled"
      size="md"
      fullWidth
      className={styles.company ?? ""}
      {...(ownPage && { target: "_blank", rel: "noopener" })}
    >
      {children}
    </Button>
  );
}

/** Looks whether somebody has signed in whenever this page is come back to. */
function InNewPage({ name, onSignedIn }: { name: string; onSignedIn: (me: MeOut) => void }) {
  const { t } = useTranslation("access");
  useEffect(() => {
    const look = () =>
      void fetchMe().then(
        (me) => me !== null && onSignedIn(me),
        () => undefined, // not reached: the next look is when this page is come back to again
      );
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [onSignedIn]);
  return (
    <div>
      <CompanyLink href={signOnPath("/")} ownPage>
        {t("company", { name })}
      </CompanyLink>
      <p className="meta">{t("newPage")}</p>
    </div>
  );
}

const PROBLEMS = ["refused", "expired", "unknown", "unverified", "other_subject", "away"] as const;

function Problem({ code, name }: { code: string; name: string }) {
  const { t } = useTranslation("access");
  const known = PROBLEMS.find((one) => code === `sign_on_${one}`) ?? "refused";
  return (
    <Note tone="bad" role="alert">
      {code === "rate_limited" ? t("tooOften") : t(`signOn.${known}`, { name })}
    </Note>
  );
}
