import { IconRoute } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { AssignmentOut } from "@/api/schema";
import { Words } from "@/shared/content";
import { useFormat } from "@/shared/format";
import styles from "./room.module.css";

/** The one sentence why this item is here, the rule behind it, and the risk if there is one. */
export function WhyLine({ assignment, riskOf = riskIn, onRule }: { assignment: AssignmentOut; riskOf?: (assignment: AssignmentOut) => number | null; onRule?: (version: number) => void }) {
  const { t } = useTranslation("review");
  const format = useFormat();
  const { why_here: why } = assignment;
  const risk = riskOf(assignment);
  const sentence = why.sentence.trim().replace(/\.$/, "");
  return (
    <div className={styles.why}>
      <IconRoute size={16} stroke={1.75} aria-hidden="true" />
      <div>
        {t("why.here")} <b className="strong">{sentence === "" ? t("why.unknown") : <Words text={sentence} />}</b>.
        <div className="meta">
          {risk !== null && (
            <>
              {t("why.risk", { share: format.share(risk), times: format.count(Math.max(1, Math.round(1 / Math.max(risk, 0.001)))) })}{" "}
            </>
          )}
          {why.rule !== null && (
            <RuleName rule={why.rule} version={why.policy_version} {...(onRule ? { onRule } : {})} />
          )}
          {why.uncertified && <span className="bad"> {t("why.uncertified")}</span>}
        </div>
      </div>
    </div>
  );
}

function RuleName({ rule, version, onRule }: { rule: string; version: number | null; onRule?: (version: number) => void }) {
  const { t } = useTranslation("review");
  const words = version === null ? t("why.rule", { rule }) : t("why.ruleOf", { rule, version });
  if (version === null || !onRule) return <bdi>{words}</bdi>;
  return (
    <a href={`/policy?version=${version}`} onClick={(event) => {
      if (event.metaKey || event.ctrlKey || event.button !== 0) return;
      event.preventDefault();
      onRule(version);
    }}>
      <bdi>{words}</bdi>
    </a>
  );
}

/** The calibrated probability of an error, where a risk model exists and the policy shows it. */
export function riskIn(assignment: AssignmentOut): number | null {
  const risk: unknown = "risk" in assignment.item ? assignment.item.risk : null;
  if (typeof risk !== "object" || risk === null || !("value" in risk)) return null;
  return typeof risk.value === "number" ? risk.value : null;
}
