import { Button, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { ItemShort, PolicyTestIn, PolicyTestOut, RouteStep } from "@/api/schema";
import { nameOf, useFormat, useNow } from "@/shared/format";
import { useMay } from "@/shared/session/project";
import { LoadingShape, Note, Pill, Problem, useSentence } from "@/shared/ui";
import { useRecentItems, useTryPolicy } from "../api/try-policy";
import styles from "../policy.module.css";

const EXAMPLE = `{
  "output": "We will pay EUR 120.00.",
  "confidence": 0.83
}`;
type Way = "recent" | "paste" | "id";

/** Where one item would go under this policy, step by step. Nothing is stored. */
export default function TryView({ asked }: { asked: Pick<PolicyTestIn, "version" | "yaml"> }) {
  const { t } = useTranslation("policy");
  const mayReadItems = useMay("items.read");
  const [way, setWay] = useState<Way>(mayReadItems ? "recent" : "paste");
  const tried = useTryPolicy();
  const tryOn = (item: Pick<PolicyTestIn, "item" | "item_id">) => tried.mutate({ ...item, ...asked });
  return (
    <div className={styles.try}>
      <p className="small quiet">{t("try.what")}</p>
      <SegmentedControl
        size="xs"
        aria-label={t("try.label")}
        value={way}
        onChange={(value) => setWay(value as Way)}
        data={(mayReadItems ? (["recent", "paste", "id"] as const) : (["paste"] as const)).map((value) => ({ value, label: t(`try.${value}`) }))}
      />
      {way === "recent" && <Recent onChosen={(item_id) => tryOn({ item_id })} />}
      {way === "paste" && <Pasted onSent={(item) => tryOn({ item })} isPending={tried.isPending} />}
      {way === "id" && <ById onSent={(item_id) => tryOn({ item_id })} isPending={tried.isPending} />}
      <div aria-live="polite">
        {tried.error !== null && <Refused error={tried.error} />}
        {tried.data !== undefined && tried.error === null && <Result route={tried.data} />}
      </div>
    </div>
  );
}

function Recent({ onChosen }: { onChosen: (id: string) => void }) {
  const { t } = useTranslation("policy");
  const format = useFormat();
  const now = useNow(60_000);
  const { data, error, refetch } = useRecentItems();
  if (error !== null) return <Problem error={error} onTryAgain={() => void refetch()} />;
  if (data === undefined) return <LoadingShape />;
  if (data.length === 0) return <p className="small quiet">{t("try.noItems")}</p>;
  return (
    <ul className={styles.recent}>
      {data.map((item: ItemShort) => (
        <li key={item.item_id}>
          <button type="button" onClick={() => onChosen(item.item_id)}>
            <span className={`trunc ${styles.snippet}`}>
              <bdi>{item.snippet === "" ? t("try.empty") : item.snippet}</bdi>
            </span>
            <span className="quieter num">{item.confidence === null ? "" : format.decimal(item.confidence)}</span>
            <span className="quieter num nowrap">{format.moment(item.received_at, now)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Pasted({ onSent, isPending }: { onSent: (item: unknown) => void; isPending: boolean }) {
  const { t } = useTranslation("policy");
  const [text, setText] = useState(EXAMPLE);
  const [fault, setFault] = useState<string | null>(null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    try {
      const item: unknown = JSON.parse(text);
      setFault(null);
      onSent(item);
    } catch (error) {
      setFault(t("try.noJson", { why: error instanceof Error ? error.message : "" }));
    }
  };
  return (
    <form onSubmit={send} className={styles.tryForm}>
      <Textarea
        label={t("try.json")}
        classNames={{ input: "code" }}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autosize
        minRows={5}
        maxRows={16}
        error={fault}
        spellCheck={false}
      />
      <Button type="submit" size="xs" aria-disabled={isPending}>
        {t("try.go")}
      </Button>
    </form>
  );
}

function ById({ onSent, isPending }: { onSent: (id: string) => void; isPending: boolean }) {
  const { t } = useTranslation("policy");
  const [id, setId] = useState("");
  const [isWrong, setIsWrong] = useState(false);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const found = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(id.toLowerCase())?.[0];
    setIsWrong(found === undefined);
    if (found !== undefined) onSent(found);
  };
  return (
    <form onSubmit={send} className={styles.tryForm}>
      <TextInput label={t("try.itemId")} value={id} onChange={(event) => setId(event.currentTarget.value)} error={isWrong ? t("try.noId") : null} />
      <Button type="submit" size="xs" aria-disabled={isPending}>
        {t("try.go")}
      </Button>
    </form>
  );
}

function Refused({ error }: { error: Error }) {
  const { t } = useTranslation("policy");
  const sentence = useSentence();
  const fields = error instanceof ApiError ? error.fields : [];
  if (error instanceof ApiError && error.code === "bad_policy") return <Note tone="warn">{t("try.faulty")}</Note>;
  return (
    <Note tone="bad" role="alert">
      {sentence(error)}
      <ul>
        {fields.map((one) => (
          <li key={one.path + one.code}>
            <code className="code">
              <bdi>{one.path}</bdi>
            </code>{" "}
            <bdi>{one.message}</bdi>
          </li>
        ))}
      </ul>
    </Note>
  );
}

function Result({ route }: { route: PolicyTestOut }) {
  const { t } = useTranslation("policy");
  const format = useFormat();
  const kind = route.queue_kind === "supervisor" ? "supervisor" : "expert";
  return (
    <section className={styles.result} aria-label={t("try.result")}>
      <h2>
        {t(`try.action.${route.action as "review"}`, { defaultValue: route.action })}
        {route.queue !== null && `: ${nameOf(route.queue)}`} {route.queue !== null && <Pill>{t(`kind.${kind}`)}</Pill>}
      </h2>
      <p>
        <bdi lang="en">{route.reason}</bdi> <span className="meta">{t("try.by", { rule: route.rule })}</span>
      </p>
      {route.uncertified && (
        <Note tone="bad" icon={<IconAlertTriangle size={16} stroke={1.75} />}>
          {t("words.uncertified")}
        </Note>
      )}
      {route.stopped && <Note tone="bad">{t("try.stopped")}</Note>}
      {route.high_stakes && <Note>{t("words.highStakes")}</Note>}
      {route.not_asked.length > 0 && <Note tone="warn">{t("try.notAsked", { names: route.not_asked.join(", ") })}</Note>}
      <p className="meta">
        {route.due_at !== null && t("try.due", { at: format.full(route.due_at) })}{" "}
        {route.audit !== null && t("try.audit", { share: format.share(route.audit) })}{" "}
        {route.action !== "release" && t(`try.shows.${route.show as "draft"}`, { defaultValue: route.show })}
      </p>
      <h3>{t("try.steps")}</h3>
      <ol className={styles.trySteps}>
        {route.steps.map((step, at) => (
          <Step key={at} step={step} isDeciding={step.held === true && step.rule === route.rule} />
        ))}
      </ol>
      {route.scores.length > 0 && (
        <>
          <h3>{t("try.scores")}</h3>
          <ul className={styles.scores}>
            {route.scores.map((score) => (
              <li key={`${score.kind} ${score.name}`} className="small">
                <code className="code">
                  <bdi>{score.name}</bdi>
                </code>{" "}
                {t(`try.ended.${score.result as "pass"}`, { defaultValue: score.result })}
                {score.value !== null && ` ${format.decimal(score.value)}`} {score.reason !== null && <bdi className="quiet">{score.reason}</bdi>}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Step({ step, isDeciding }: { step: RouteStep; isDeciding: boolean }) {
  const { t } = useTranslation("policy");
  const values = Object.entries(step.values);
  return (
    <li data-held={step.held === true || undefined}>
      <span className="medium">{t(`try.step.${step.step as "checks"}`, { defaultValue: nameOf(step.step) })}</span>{" "}
      {step.rule !== null && (
        <code className="code">
          <bdi>{step.rule}</bdi>
        </code>
      )}{" "}
      {isDeciding ? <Pill tone="accent">{t("try.decides")}</Pill> : <span className="meta">{t(step.held === true ? "try.held" : "try.notHeld")}</span>}
      {step.note !== null && (
        <p className="small">
          <bdi lang="en">{step.note}</bdi>
        </p>
      )}
      {values.length > 0 && (
        <p className="code quiet">
          {values.map(([name, value]) => (
            <span key={name} className={styles.value}>
              <bdi>{name}</bdi> = <bdi>{JSON.stringify(value)}</bdi>
            </span>
          ))}
        </p>
      )}
    </li>
  );
}
