import { yaml as yamlLanguage } from "@codemirror/lang-yaml";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, highlightSpecialChars, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { nonce } from "@/shared/theme/nonce";
import { uncertifiedInRed } from "./faults";
import { look } from "./look";

interface SideBySideProps {
  before: string;
  after: string;
  labels: [string, string];
  /** What stands for lines that are the same, with `$` for their number. */
  unchanged: string;
  /** One column in which removed lines stand above the new ones, for narrow screens. */
  isNarrow: boolean;
}

const readOnly = (label: string, unchanged: string): Extension => [
  EditorState.phrases.of({ "$ unchanged lines": unchanged }),
  EditorView.cspNonce.of(nonce()),
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label, role: "textbox", "aria-readonly": "true", "aria-multiline": "true" }),
  EditorView.lineWrapping,
  lineNumbers(),
  highlightSpecialChars(),
  yamlLanguage(),
  uncertifiedInRed,
  look,
];
const COLLAPSE = { margin: 3, minSize: 6 };

/** Two texts with what differs marked; long equal stretches are folded. */
export default function SideBySide({ before, after, labels, unchanged, isNarrow }: SideBySideProps) {
  const host = useRef<HTMLDivElement>(null);
  const [first, second] = labels;
  useEffect(() => {
    if (host.current === null) return;
    if (isNarrow) {
      const merged = unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: COLLAPSE });
      const view = new EditorView({ parent: host.current, state: EditorState.create({ doc: after, extensions: [readOnly(second, unchanged), merged] }) });
      return () => view.destroy();
    }
    const view = new MergeView({
      parent: host.current,
      a: { doc: before, extensions: readOnly(first, unchanged) },
      b: { doc: after, extensions: readOnly(second, unchanged) },
      collapseUnchanged: COLLAPSE,
    });
    return () => view.destroy();
  }, [before, after, first, second, unchanged, isNarrow]);
  return <div ref={host} />;
}
