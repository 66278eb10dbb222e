import { useTranslation } from "react-i18next";
import type { PolicyOut } from "@/api/schema";
import { useFormat, useNow } from "@/shared/format";
import { LoadingShape, Problem } from "@/shared/ui";
import { useAuthor } from "../api/get-author";
import { usePolicies } from "../api/get-policies";
import styles from "../policy.module.css";
import { ApprovalSwitch } from "./approval-switch";

/** All versions: who wrote each, when, why, and what became of it. */
export function Versions({ shown, onVersionChosen }: { shown: number | null; onVersionChosen: (version: number | null) => void }) {
  const { t } = useTranslation("policy");
  const { data, error, refetch } = usePolicies();
  return (
    <section>
      <h2>{t("versions")}</h2>
      {data === undefined ? (
        error === null ? (
          <LoadingShape />
        ) : (
          <Problem error={error} onTryAgain={() => void refetch()} />
        )
      ) : (
        <>
          <ApprovalSwitch isNeeded={data.needs_approval} />
          <ul className={styles.versions}>
            {data.data.map((one) => (
              <VersionRow key={one.version} one={one} isShown={one.version === shown} onVersionChosen={onVersionChosen} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface RowProps {
  one: PolicyOut;
  isShown: boolean;
  onVersionChosen: (version: number | null) => void;
}

function VersionRow({ one, isShown, onVersionChosen }: RowProps) {
  const { t } = useTranslation("policy");
  const format = useFormat();
  const now = useNow(60_000);
  const author = useAuthor(one.author_id);
  return (
    <li>
      <button
        type="button"
        aria-current={isShown ? "true" : undefined}
        onClick={() => onVersionChosen(one.state === "active" ? null : one.version)}
      >
        <span className="medium num">{t("version", { version: one.version })}</span>
        <span className={one.state === "active" ? "ok" : "quieter"}>
          {t(`state.${one.state}`)}
          {one.state === "proposed" && one.approved_by !== null && `, ${t("state.approved")}`}
        </span>
        <span className="quieter num push">{format.moment(one.activated_at ?? one.created_at, now)}</span>
        <span className={styles.versionNote}>
          <bdi>{one.author_id === null ? t("system") : (author ?? t("somebody"))}</bdi>
          {one.note !== "" && (
            <>
              : <bdi>{one.note}</bdi>
            </>
          )}
        </span>
      </button>
    </li>
  );
}
