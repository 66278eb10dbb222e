import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { nameOf } from "@/shared/format";
import { type ItemFilters, itemsUrl } from "@/shared/links/items-url";
import { useMay } from "@/shared/session/project";
import { Note } from "@/shared/ui";
import { type Band, partsOf, type PolicyParts, type Queue, type Rule } from "./in-words";
import styles from "./policy.module.css";

/** Each rule of the policy as a sentence. */
export default function InWords({ yaml }: { yaml: string }) {
  const { t } = useTranslation("policy");
  const parts = useMemo(() => {
    try {
      return partsOf(yaml);
    } catch {
      return null;
    }
  }, [yaml]);
  if (parts === null) {
    return (
      <div className={styles.words}>
        <Note tone="warn">{t("words.unreadable")}</Note>
      </div>
    );
  }
  return (
    <div className={styles.words}>
      <Section title={t("words.blocked")} none={t("words.nothingBlocked")} count={parts.blocks.length}>
        {parts.blocks.map((rule) => (
          <RuleLine key={rule.name} rule={rule} ending={t("words.isBlocked")} />
        ))}
      </Section>
      <Section title={t("words.always")} none={t("words.noRule")} count={parts.reviews.length}>
        {parts.reviews.map((rule) => (
          <ReviewLine key={rule.name} rule={rule} />
        ))}
      </Section>
      <Section title={t("words.rest")} none={t("words.allToPeople")} count={parts.bands.length}>
        {parts.bands.map((band, at) => (
          <li key={at}>
            <BandLine band={band} on={parts.bandsOn ?? ""} isLast={at === parts.bands.length - 1} />
          </li>
        ))}
      </Section>
      <Autonomy parts={parts} />
      <Section title={t("words.queues")} none={t("words.noQueues")} count={parts.queues.length}>
        {parts.queues.map((queue) => (
          <li key={queue.name}>
            <QueueLine queue={queue} />
          </li>
        ))}
      </Section>
      <section>
        <h2>{t("words.meanwhile")}</h2>
        <p>{t(`words.pending.${parts.pending}`)}</p>
        <p>{t(`words.notRun.${parts.notRun}`)}</p>
      </section>
    </div>
  );
}

function Section(props: { title: string; none: string; count: number; children: React.ReactNode }) {
  return (
    <section>
      <h2>{props.title}</h2>
      {props.count === 0 ? <p className="quiet">{props.none}</p> : <ul>{props.children}</ul>}
    </section>
  );
}

function RuleLine({ rule, ending }: { rule: Rule; ending: string }) {
  const { t } = useTranslation("policy");
  return (
    <li>
      <ItemsOf filters={{ rule: rule.name }}>{nameOf(rule.name)}</ItemsOf>: {t("words.if")}{" "}
      <code className={`code ${styles.condition}`}>{rule.when}</code>, {ending}
    </li>
  );
}

/** A name as the way to the items it decided about, for those who may read them. */
function ItemsOf({ filters, children }: { filters: ItemFilters; children: string }) {
  const { t } = useTranslation("policy");
  const name = <strong className="strong">{children}</strong>;
  if (!useMay("items.read")) return name;
  return (
    <a href={itemsUrl(filters)} title={t("itemsBehind")}>
      {name}
    </a>
  );
}

function ReviewLine({ rule }: { rule: Rule }) {
  const { t } = useTranslation("policy");
  const more = [
    rule.requires === "two_person" ? t("words.twoPerson") : "",
    rule.isHighStakes ? t("words.highStakes") : "",
  ].filter(Boolean);
  const where = rule.queue === null ? t("words.toPerson") : t("words.toQueue", { queue: nameOf(rule.queue) });
  return <RuleLine rule={rule} ending={[where, ...more].join(" ")} />;
}

function BandLine({ band, on, isLast }: { band: Band; on: string; isLast: boolean }) {
  const { t } = useTranslation("policy");
  const where =
    band.certified !== null
      ? t("words.band.certified", { on, error: band.certified })
      : band.above !== null
        ? t("words.band.above", { on, value: band.above })
        : band.from !== null
          ? t("words.band.from", { on, value: band.from })
          : t(isLast ? "words.band.else" : "words.band.always");
  if (!band.isRelease) {
    return `${where}: ${band.queue === null ? t("words.toPerson") : t("words.toQueue", { queue: nameOf(band.queue) })}`;
  }
  return (
    <>
      {where}: {t("words.released")} {band.isUncertified && <strong className="strong bad">{t("words.uncertified")}</strong>}
    </>
  );
}

function Autonomy({ parts }: { parts: PolicyParts }) {
  const { t } = useTranslation("policy");
  return (
    <Section title={t("words.autonomy")} none={t("words.allGate")} count={parts.segments.length + parts.capped.length}>
      {parts.segments.map(({ segment, autonomy }) => (
        <li key={segment}>
          <strong className="strong">{segment}</strong>: {t(`words.level.${autonomy as "gate"}`, { defaultValue: autonomy })}
        </li>
      ))}
      {parts.capped.map((segment) => (
        <li key={`capped ${segment}`}>
          <strong className="strong">{segment}</strong>: {t("words.capped")}
        </li>
      ))}
    </Section>
  );
}

function QueueLine({ queue }: { queue: Queue }) {
  const { t } = useTranslation("policy");
  const parts = [
    t(`words.queue.kind.${queue.kind as "expert"}`, { defaultValue: queue.kind }),
    t(`words.queue.level.${queue.level as "junior"}`, { defaultValue: queue.level }),
    queue.skills.length > 0 ? t("words.queue.skills", { skills: queue.skills.map(nameOf).join(", ") }) : "",
    queue.reviews > 1 ? t("words.queue.reviews", { count: queue.reviews }) : "",
    queue.deadline === null ? t("words.queue.noDeadline") : t("words.queue.deadline", { deadline: queue.deadline }),
    breachWords(queue.atBreach, t),
  ].filter(Boolean);
  return (
    <>
      <ItemsOf filters={{ queue: queue.name }}>{nameOf(queue.name)}</ItemsOf>: {parts.join(" ")}
    </>
  );
}

function breachWords(breach: Queue["atBreach"], t: ReturnType<typeof useTranslation<"policy">>["t"]): string {
  switch (breach?.kind) {
    case undefined:
      return "";
    case "elevate":
      return t("words.queue.elevate", { queue: nameOf(breach.to) });
    case "release":
      return t("words.queue.release", { why: breach.to });
    case "fallback":
    case "block":
      return t(`words.queue.${breach.kind}`);
  }
}
