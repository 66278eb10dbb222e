import { IconAlertTriangle, IconHelp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ItemOut, OutputObject, RecallEntry } from "@/api/schema";
import { ContentFrame, LinkDialog, MarkedText } from "@/shared/content";
import { safeLine } from "@/shared/content/safe-line";
import { editableText, isJson } from "@/shared/content/output";
import { nameOf, useFormat, useNow } from "@/shared/format";
import { Note } from "@/shared/ui";
import styles from "./after.module.css";
import { givenOut, openLook } from "./standing";

/** What happened after the decision: that it no longer stands, what stands instead, and who looks at it again. */
export function AfterView({ item }: { item: ItemOut }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const now = useNow(60_000);
  const look = openLook(item);
  const newest = item.recalls.at(-1);
  return (
    <>
      {look !== null && (
        <Note tone="warn" icon={<IconHelp size={16} stroke={1.75} />} role="status">
          {t(`after.look.${look.kind}`, { queue: nameOf(look.queue) })}{" "}
          {look.due_at !== null && t("after.look.due", { due: format.due(look.due_at, now) })} <bdi>{safeLine(look.reason)}</bdi>
        </Note>
      )}
      {newest !== undefined && <Recalled item={item} recall={newest} />}
    </>
  );
}

function Recalled({ item, recall }: { item: ItemOut; recall: RecallEntry }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const now = useNow(60_000);
  const [link, setLink] = useState<string | null>(null);
  const earlier = item.recalls.slice(0, -1);
  const given = givenOut(item);
  return (
    <section className={styles.recalled}>
      <Note tone="bad" icon={<IconAlertTriangle size={16} stroke={1.75} />} role="status">
        <strong>
          {t(recall.correction === null ? "after.banner" : "after.bannerCorrected", { at: format.moment(recall.recalled_at, now) })}
        </strong>{" "}
        {t("after.by", { who: recall.by?.name ?? t("after.application") })} <bdi>{safeLine(recall.reason ?? "")}</bdi>
        <Tags recall={recall} />
      </Note>
      <div className={styles.sides}>
        {given === null ? (
          <Empty title={t("after.given")}>
            {item.outcome?.show === "fallback" ? t("after.givenFallback") : t("after.givenNothing")}
          </Empty>
        ) : (
          <Side title={t("after.given")} output={given} onLink={setLink} />
        )}
        {recall.correction === null ? (
          <Empty title={t("after.stands")}>{t("after.nothing")}</Empty>
        ) : (
          <Side title={t("after.stands")} output={recall.correction} onLink={setLink} />
        )}
      </div>
      {earlier.length > 0 && (
        <details>
          <summary>{t("after.earlier", { count: earlier.length })}</summary>
          <ol className={styles.earlier}>
            {earlier.map((one) => (
              <li key={one.recall_id}>
                <span>{t(`after.why.${one.why as "recall"}`, { defaultValue: one.why })}</span>{" "}
                <time className="meta num" dateTime={one.recalled_at} title={format.full(one.recalled_at)}>
                  {format.exact(one.recalled_at, now)}
                </time>{" "}
                <bdi>{safeLine(one.reason ?? "")}</bdi>
                {one.correction !== null && <Side title={t("after.correction")} output={one.correction} onLink={setLink} />}
              </li>
            ))}
          </ol>
        </details>
      )}
      <LinkDialog address={link} onClose={() => setLink(null)} />
    </section>
  );
}

function Tags({ recall }: { recall: RecallEntry }) {
  const { t } = useTranslation(["items", "common"]);
  const words = [
    ...(recall.severity === null ? [] : [t(`common:severity.${recall.severity as "major"}`, { defaultValue: recall.severity })]),
    ...recall.categories.map(nameOf),
  ];
  if (words.length === 0) return null;
  return <p className="meta">{words.join(", ")}</p>;
}

function Side({ title, output, onLink }: { title: string; output: OutputObject; onLink: (address: string) => void }) {
  return (
    <ContentFrame label={title} name={title}>
      <MarkedText text={editableText(output)} format={isJson(output) ? "plain" : "markdown"} onLink={onLink} />
    </ContentFrame>
  );
}

function Empty({ title, children }: { title: string; children: string }) {
  return (
    <div className={styles.empty}>
      <h3>{title}</h3>
      <p className="quiet">{children}</p>
    </div>
  );
}
