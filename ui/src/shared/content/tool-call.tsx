import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Json, JsonObject } from "@/api/schema";
import { visible } from "./hidden";
import { jsonLayout, type JsonNode } from "./json-layout";
import styles from "./json-view.module.css";
import { MarkedLine, useLineLayout } from "./marked-line";
import type { Mark } from "./pieces";

interface ToolCallProps {
  name: string;
  args: JsonObject;
  marks: readonly Mark[];
  selected: string | null;
  onMark: (id: string) => void;
}

/** A call the model wants to make: what would run, and each argument. Marks count in the canonical text of both. */
export function ToolCall({ name, args, marks, selected, onMark }: ToolCallProps) {
  const { t } = useTranslation("content");
  const layout = useMemo(() => jsonLayout({ arguments: args, name }), [args, name]);
  const line = useLineLayout(layout.text);
  const draw = { layout: line, marks, selected, onMark };
  const parts = layout.root.value.kind === "object" ? layout.root.value.children : [];
  const argumentNode = parts.find((node) => node.key?.name === "arguments");
  const nameNode = parts.find((node) => node.key?.name === "name");
  const rows = argumentNode?.value.kind === "object" ? argumentNode.value.children : [];
  return (
    <div>
      <p className={styles.runs}>{t("runs", { call: callOf(name, args) })}</p>
      {nameNode && (
        <p className={styles.name}>
          <MarkedLine {...draw} from={nameNode.from + 1} to={nameNode.to - 1} />
        </p>
      )}
      {rows.length === 0 ? (
        <p className="quiet">{t("noArguments")}</p>
      ) : (
        <table className={styles.table}>
          <tbody>
            {rows.map((node) => (
              <tr key={node.path}>
                <th scope="row">{node.key && <MarkedLine {...draw} from={node.key.from + 1} to={node.key.to - 1} />}</th>
                <td dir="auto">
                  <MarkedLine {...draw} {...bare(node)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** A string without its quotes; everything else as canonical JSON. */
const bare = (node: JsonNode): { from: number; to: number } =>
  node.value.kind === "plain" && node.value.type === "string" ? { from: node.from + 1, to: node.to - 1 } : { from: node.from, to: node.to };

/** `send_refund, EUR 84.90`: the name and the first plain arguments, in one line that cannot be long. */
export function callOf(name: string, args: { [key: string]: Json }): string {
  const plain = Object.values(args)
    .filter((value): value is string | number | boolean => value !== null && typeof value !== "object")
    .slice(0, 4)
    .map((value) => String(value).slice(0, 60));
  return visible([name.slice(0, 200), ...plain].join(", "));
}
