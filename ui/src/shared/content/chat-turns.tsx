import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ChatMessage, JsonObject } from "@/api/schema";
import styles from "./chat-turns.module.css";
import { visible } from "./hidden";
import { MarkedText } from "./marked-text";
import { callOf } from "./tool-call";

interface ChatTurnsProps {
  messages: readonly ChatMessage[];
  onLink: (address: string) => void;
  /** The judged turn, last. */
  children?: ReactNode;
}

/** The turns before the output, grey; only the judged turn, given as children, stands out. */
export function ChatTurns({ messages, onLink, children }: ChatTurnsProps) {
  const { t } = useTranslation("content");
  return (
    <dl className={styles.turns}>
      {messages.map((message, at) => (
        <div key={at} className={styles.turn}>
          <dt>
            {t(`role.${message.role}`)}
            {message.name && <bdi className={styles.name}>{visible(message.name)}</bdi>}
          </dt>
          <dd>
            <Said message={message} onLink={onLink} />
          </dd>
        </div>
      ))}
      {children !== undefined && (
        <div className={styles.turn} data-judged>
          <dt>{t("role.output")}</dt>
          <dd>{children}</dd>
        </div>
      )}
    </dl>
  );
}

function Said({ message, onLink }: { message: ChatMessage; onLink: (address: string) => void }) {
  const { t } = useTranslation("content");
  const parts = typeof message.content === "string" ? [{ type: "text", text: message.content }] : (message.content ?? []);
  return (
    <>
      {parts.map((part, at) =>
        typeof part["text"] === "string" ? (
          <MarkedText key={at} text={part["text"]} format="plain" onLink={onLink} />
        ) : (
          <p key={at} className={styles.other}>
            {t("otherPart", { kind: visible(String(part["type"] ?? "?").slice(0, 40)) })}
          </p>
        ),
      )}
      {message.tool_calls?.map((call, at) => (
        <p key={at} className={styles.other}>
          {t("calls", { call: calledBy(call) })}
        </p>
      ))}
    </>
  );
}

/** Name and arguments of a tool call as chat messages carry it (the arguments are JSON text there). */
export function calledBy(call: JsonObject): string {
  const made = call["function"];
  const body = typeof made === "object" && made !== null && !Array.isArray(made) ? made : call;
  const name = typeof body["name"] === "string" ? body["name"] : "?";
  const args = body["arguments"];
  if (typeof args === "object" && args !== null && !Array.isArray(args)) return callOf(name, args);
  return typeof args === "string" ? callOf(name, { arguments: args.slice(0, 200) }) : visible(name);
}
