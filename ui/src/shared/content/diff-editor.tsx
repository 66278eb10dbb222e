import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from "react";
import { useTranslation } from "react-i18next";
import { nonce } from "@/shared/theme/nonce";
import type { Change } from "./changes";
import { openDiffEditor } from "./diff-editor-view";
import styles from "./diff-editor.module.css";

export interface DiffEditorHandle {
  focus(): void;
}

interface DiffEditorProps {
  original: string;
  value: string;
  label: string;
  json?: boolean;
  editable?: boolean;
  showChanges?: boolean;
  autoFocus?: boolean;
  onChange?: (value: string) => void;
  /** How many stretches differ from the original. */
  onCount?: (count: number) => void;
  onLeave?: () => void;
  onSend?: () => void;
  handle?: Ref<DiffEditorHandle>;
}

/** Text being edited in place, with what was removed and inserted shown as it is typed. */
export default function DiffEditor(props: DiffEditorProps) {
  const { original, value, label, json = false, editable = true, showChanges = true, autoFocus = false, handle } = props;
  const { t } = useTranslation("content");
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<ReturnType<typeof openDiffEditor> | null>(null);
  const latest = useRef(props);
  const [changes, setChanges] = useState<readonly Change[]>([]);
  useLayoutEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (!host.current) return;
    const opened = openDiffEditor(host.current, {
      original, json, label, editable, showChanges,
      value: latest.current.value,
      nonce: nonce(),
      hiddenWord: t("hiddenHere"),
      onChange: (text) => latest.current.onChange?.(text),
      onChanges: (found) => {
        setChanges(found);
        latest.current.onCount?.(found.length);
      },
      onLeave: () => {
        opened.view.contentDOM.blur();
        latest.current.onLeave?.();
      },
      onSend: () => latest.current.onSend?.(),
    });
    editor.current = opened;
    if (autoFocus) opened.view.focus();
    return () => {
      opened.close();
      editor.current = null;
    };
    // The editor keeps its own text: it is made anew only for another original.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [original, json, label]);
  useEffect(() => editor.current?.set({ showChanges, editable }), [showChanges, editable]);
  useEffect(() => editor.current?.replace(value), [value]);
  useImperativeHandle(handle, () => ({ focus: () => editor.current?.view.focus() }), []);
  return (
    <>
      <div ref={host} className={styles.editor} data-json={json || undefined} data-changes={showChanges || undefined} />
      {showChanges && <ChangeList original={original} edited={value} changes={changes} />}
    </>
  );
}

const MOST_READ = 50;

/** The same changes in words, for those who cannot see strike-through and underline. */
function ChangeList({ original, edited, changes }: { original: string; edited: string; changes: readonly Change[] }) {
  const { t } = useTranslation("content");
  if (changes.length === 0) return null;
  return (
    <ul className="hidden-text" aria-label={t("changes")}>
      {changes.slice(0, MOST_READ).map((change) => (
        <li key={`${change.fromA}-${change.fromB}`}>
          {change.toA > change.fromA && t("removed", { text: original.slice(change.fromA, change.toA) })}{" "}
          {change.toB > change.fromB && t("inserted", { text: edited.slice(change.fromB, change.toB) })}
        </li>
      ))}
    </ul>
  );
}
