import { useTranslation } from "react-i18next";
import type { MeOut } from "@/api/schema";
import { Mark } from "@/shared/ui";
import styles from "./access.module.css";
import { SignInWays } from "./sign-in-ways";

interface SignInPageProps {
  next: string;
  problem: string | undefined;
  onSignedIn: (me: MeOut) => void;
}

/** One card; above it the name and address of the server, so that one sees where one is. */
export function SignInPage({ next, problem, onSignedIn }: SignInPageProps) {
  const { t } = useTranslation("access");
  return (
    <main className={styles.page}>
      <ServerName />
      <section className={styles.card}>
        <h1>{t("title")}</h1>
        <SignInWays next={next} problem={problem} onSignedIn={onSignedIn} />
      </section>
    </main>
  );
}

export function ServerName() {
  return (
    <div className={styles.server}>
      <Mark size={26} />
      <span className="strong">Handrail</span>
      <span className="quieter">{window.location.host}</span>
    </div>
  );
}
