import { SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FindingOut, ItemOut, JsonObject, OutputObject } from "@/api/schema";
import {
  ChatTurns,
  CodePoints,
  ContentFrame,
  EvidencePassage,
  JsonView,
  LinkDialog,
  type Mark,
  MarkedText,
  RawView,
  ToolCall,
} from "@/shared/content";
import { nameOf, useFormat } from "@/shared/format";
import { EmptyState } from "@/shared/ui";
import styles from "./items.module.css";
import { shortValue } from "./timeline";

/** What was asked, what the model answered, and on what it rested; all of it in frames, none of it ours. */
export function ContentView({ item }: { item: ItemOut }) {
  const { t } = useTranslation("items");
  const [link, setLink] = useState<string | null>(null);
  const { submitted } = item;
  if (item.erased_at !== null) {
    return <EmptyState title={t("erased.title")}>{t("erased.text")}</EmptyState>;
  }
  const candidates = submitted.candidates ?? [];
  const context = submitted.context ?? [];
  return (
    <div className={styles.content}>
      {submitted.output != null && (
        <Output
          output={submitted.output}
          label={t("content.output")}
          detail={[submitted.model, submitted.prompt_version].filter(Boolean).join(", ")}
          language={submitted.language ?? null}
          findings={outputFindings(item, null)}
          onLink={setLink}
        />
      )}
      {candidates.map((candidate, at) => (
        <Output
          key={at}
          output={candidate.output}
          label={t("content.candidate", { number: at + 1 })}
          detail={candidate.model ?? candidate.agent ?? ""}
          language={submitted.language ?? null}
          findings={outputFindings(item, at)}
          onLink={setLink}
        />
      ))}
      {submitted.prompt != null && (
        <ContentFrame label={t("content.prompt")} name={t("content.prompt")}>
          <MarkedText text={submitted.prompt} format="plain" onLink={setLink} />
        </ContentFrame>
      )}
      {submitted.messages != null && submitted.messages.length > 0 && (
        <ContentFrame label={t("content.messages")} name={t("content.messages")}>
          <ChatTurns messages={submitted.messages} onLink={setLink} />
        </ContentFrame>
      )}
      {context.length > 0 && (
        <section className={styles.passages}>
          <h2>{t("content.context", { count: context.length })}</h2>
          {context.map((passage, at) => (
            <EvidencePassage
              key={passage.id ?? at}
              text={passage.text}
              source={passage.title ?? passage.source ?? passage.id ?? String(at + 1)}
              relation="plain"
              highlights={[]}
              onLink={setLink}
            />
          ))}
        </section>
      )}
      <Metadata values={submitted.metadata ?? {}} />
      <LinkDialog address={link} onClose={() => setLink(null)} />
    </div>
  );
}

function outputFindings(item: ItemOut, candidate: number | null): FindingOut[] {
  return item.scores
    .flatMap((score) => score.findings)
    .filter((finding) => finding.field === "output" && finding.candidate === candidate);
}

interface OutputProps {
  output: OutputObject;
  label: string;
  detail: string;
  language: string | null;
  findings: readonly FindingOut[];
  onLink: (address: string) => void;
}

function Output({ output, label, detail, language, findings, onLink }: OutputProps) {
  const { t } = useTranslation("items");
  const [isRaw, setIsRaw] = useState(false);
  const text = textOf(output);
  return (
    <ContentFrame
      label={label}
      name={label}
      detail={detail === "" ? null : detail}
      language={language}
      tools={
        <SegmentedControl
          size="xs"
          aria-label={t("content.view", { name: label })}
          value={isRaw ? "raw" : "text"}
          onChange={(value) => setIsRaw(value === "raw")}
          data={[
            { value: "text", label: t("content.text") },
            { value: "raw", label: t("content.raw") },
          ]}
        />
      }
    >
      {isRaw ? <RawView text={text ?? JSON.stringify(output, null, 2)} /> : <Shown output={output} findings={findings} onLink={onLink} />}
    </ContentFrame>
  );
}

function textOf(output: OutputObject): string | null {
  if (output.type === "text") return output.text;
  return output.type === "message" ? (output.content ?? "") : null;
}

function Shown({ output, findings, onLink }: Pick<OutputProps, "output" | "findings" | "onLink">) {
  const text = textOf(output);
  const marks = useMarks(text ?? "", findings);
  const [selected, setSelected] = useState<string | null>(null);
  if (output.type === "json") return <JsonView value={output.value} selected={selected} onMark={setSelected} />;
  if (output.type === "tool_call") {
    return <ToolCall name={output.name} args={output.arguments} marks={[]} selected={selected} onMark={setSelected} />;
  }
  return <MarkedText text={text ?? ""} format="markdown" marks={marks} selected={selected} onMark={setSelected} onLink={onLink} />;
}

/** Findings with a place, numbered in the order of the text. */
function useMarks(text: string, findings: readonly FindingOut[]): readonly Mark[] {
  const { t } = useTranslation(["items", "common"]);
  return useMemo(() => {
    const points = new CodePoints(text);
    return findings
      .filter((finding): finding is FindingOut & { start: number; end: number } => finding.start !== null && finding.end !== null)
      .sort((one, other) => one.start - other.start)
      .map((finding, at) => ({
        id: `f${at}`,
        kind: "finding" as const,
        from: points.toUnits(finding.start),
        to: points.toUnits(finding.end),
        number: at + 1,
        spoken: t("content.finding", { number: at + 1, reason: finding.reason }),
      }));
  }, [text, findings, t]);
}

function Metadata({ values }: { values: JsonObject }) {
  const { t } = useTranslation("items");
  const format = useFormat();
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return (
    <section>
      <h2>{t("content.metadata")}</h2>
      <dl className={`${styles.metadata} num`}>
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>
              <bdi>{nameOf(name)}</bdi>
            </dt>
            <dd>
              <bdi>{typeof value === "number" ? format.count(value) : shortValue(value)}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
