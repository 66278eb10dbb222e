import { IconAlertTriangle, IconArrowRight, IconCheck, IconMinus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { JsonObject, RouteFull, RouteStep } from "@/api/schema";
import { nameOf } from "@/shared/format";
import { itemsUrl } from "@/shared/links/items-url";
import { EmptyState, Note } from "@/shared/ui";
import styles from "./items.module.css";
import { shortValue } from "./timeline";

/** Why the item went where it went: the sentence, then each step the policy took, with the values it saw. */
export function RouteView({ route }: { route: RouteFull | null }) {
  const { t } = useTranslation("items");
  if (route === null) return <EmptyState title={t("route.none")}>{t("route.noneText")}</EmptyState>;
  const action = t(`action.${route.action as "review"}`, { defaultValue: route.action });
  return (
    <div className={styles.route}>
      <p className={styles.because}>
        <strong className="strong">{route.queue === null ? action : t("route.toQueue", { action, queue: nameOf(route.queue) })}</strong>:{" "}
        <bdi>{route.reason}</bdi>
      </p>
      <p className="meta num">
        <a href={itemsUrl({ rule: route.rule })} title={t("fact.itemsOf")}>
          {t("route.rule", { rule: route.rule })}
        </a>
        , <a href={`/policy?version=${route.policy_version}`}>{t("route.policy", { version: route.policy_version })}</a>.{" "}
        {t("route.autonomy", { autonomy: t(`autonomy.${route.autonomy as "gate"}`, { defaultValue: route.autonomy }) })}{" "}
        {t("route.probability", { probability: route.probability })}
        {route.audit !== null && ` ${t("route.audit", { probability: route.audit })}`}
      </p>
      {route.uncertified && (
        <Note tone="bad" icon={<IconAlertTriangle size={16} stroke={1.75} />}>
          {t("route.uncertified")}
        </Note>
      )}
      {route.high_stakes && <Note>{t("route.highStakes")}</Note>}
      <h2>{t("route.steps")}</h2>
      <ol className={styles.steps}>
        {route.steps.map((step, at) => (
          <StepView key={at} step={step} isLast={at === route.steps.length - 1} />
        ))}
      </ol>
    </div>
  );
}

function StepView({ step, isLast }: { step: RouteStep; isLast: boolean }) {
  const { t } = useTranslation("items");
  const state = step.held === true ? "held" : step.held === false ? "not" : "open";
  const icon = { size: 16, stroke: 1.75 };
  return (
    <li data-state={state} data-last={(isLast && state === "held") || undefined}>
      <span className={styles.dot}>
        {state === "held" ? <IconCheck {...icon} /> : state === "not" ? <IconMinus {...icon} /> : <IconArrowRight {...icon} />}
      </span>
      <span className={styles.what}>
        {t(`step.${step.step as "checks"}`, { defaultValue: nameOf(step.step) })}
        {step.rule !== null && (
          <code className={`code ${styles.rule}`}>
            <bdi>{step.rule}</bdi>
          </code>
        )}
      </span>
      <span className="meta nowrap">{t(`route.${state}`)}</span>
      {(step.note !== null || Object.keys(step.values).length > 0) && (
        <div className={styles.why}>
          {step.note !== null && (
            <p>
              <bdi>{step.note}</bdi>
            </p>
          )}
          <Values values={step.values} />
        </div>
      )}
    </li>
  );
}

function Values({ values }: { values: JsonObject }) {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return (
    <ul className={`${styles.values} code`}>
      {entries.map(([name, value]) => (
        <li key={name}>
          <bdi>{name}</bdi> = <bdi>{shortValue(value)}</bdi>
        </li>
      ))}
    </ul>
  );
}
