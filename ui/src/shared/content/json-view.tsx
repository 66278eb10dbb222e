import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Json } from "@/api/schema";
import { visible } from "./hidden";
import { type JsonLayout, jsonLayout, type JsonNode } from "./json-layout";
import styles from "./json-view.module.css";
import { MarkedLine, useLineLayout } from "./marked-line";
import type { Mark } from "./pieces";

interface JsonViewProps {
  value: Json;
  marks?: readonly Mark[];
  selected?: string | null;
  onMark?: (id: string) => void;
}

/** More entries than this start folded, unless a finding lies among them. */
const FOLD_FROM = 20;
const NO_MARKS: readonly Mark[] = [];

/** JSON, formatted and foldable, with findings on the value they are about. */
export function JsonView({ value, marks = NO_MARKS, selected = null, onMark }: JsonViewProps) {
  const layout = useMemo(() => jsonLayout(value), [value]);
  return (
    <div className={styles.json} dir="ltr" tabIndex={0} role="group" aria-label="JSON">
      <Node node={layout.root} layout={layout} depth={0} last marks={marks} selected={selected} onMark={onMark} />
    </div>
  );
}

interface NodeProps extends Omit<JsonViewProps, "value" | "marks"> {
  node: JsonNode;
  layout: JsonLayout;
  depth: number;
  last: boolean;
  marks: readonly Mark[];
  onMark: ((id: string) => void) | undefined;
}

function Node({ node, layout, depth, last, marks, selected, onMark }: NodeProps) {
  const { t } = useTranslation("content");
  const inside = useMemo(() => marks.filter((mark) => mark.from < node.to && mark.to > node.from), [marks, node]);
  const line = useLineLayout(layout.text);
  const children = node.value.kind === "plain" ? [] : node.value.children;
  const startsFolded = depth > 0 && children.length > FOLD_FROM && inside.length === 0;
  const [folded, setFolded] = useState(startsFolded);
  const holdsSelected = inside.some((mark) => mark.id === selected && !(mark.from <= node.from && mark.to >= node.to));
  const closed = folded && !holdsSelected;
  const draw = { layout: line, marks: inside, selected, onMark };
  const key = node.key && (
    <>
      <span className={styles.key}>
        <MarkedLine {...draw} from={node.key.from} to={node.key.to} />
      </span>
      {": "}
    </>
  );
  const end = last ? "" : ",";
  if (node.value.kind === "plain")
    return (
      <div className={styles.line} data-depth={depth}>
        {key}
        <MarkedLine {...draw} from={node.from} to={node.to} />
        {end}
      </div>
    );
  const [open, close] = node.value.kind === "object" ? ["{", "}"] : ["[", "]"];
  if (children.length === 0)
    return (
      <div className={styles.line}>
        {key}
        {open}
        {close}
        {end}
      </div>
    );
  return (
    <div className={styles.line}>
      {depth > 0 && (
        <button type="button" className={styles.fold} aria-expanded={!closed} aria-label={t("fold", { name: visible(node.key?.name ?? node.path) })} onClick={() => setFolded(!closed)}>
          {closed ? "▸" : "▾"}
        </button>
      )}
      {key}
      {open}
      {closed ? (
        <span className={styles.folded}> … {t("entries", { count: children.length })} </span>
      ) : (
        <div className={styles.children}>
          {children.map((child, at) => (
            <Node key={child.path} node={child} layout={layout} depth={depth + 1} last={at === children.length - 1} marks={inside} selected={selected} onMark={onMark} />
          ))}
        </div>
      )}
      {close}
      {end}
    </div>
  );
}
