import { yaml as yamlLanguage } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightSpecialChars, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { nonce } from "@/shared/theme/nonce";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: tags.comment, color: "var(--ink-3)" },
  { tag: [tags.bool, tags.null, tags.number], color: "var(--ink)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "transparent", fontSize: "12.5px" },
  ".cm-content": { fontFamily: "var(--code)", lineHeight: "20px", padding: "12px 0", fontVariantLigatures: "none" },
  ".cm-gutters": { backgroundColor: "transparent", border: "0", color: "var(--ink-3)", fontFamily: "var(--code)" },
  ".cm-line": { padding: "0 16px 0 8px" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 4px 0 16px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": { backgroundColor: "var(--accent-soft)" },
  ".cm-foldPlaceholder": { background: "var(--sunken)", border: "0", color: "var(--ink-2)" },
});

/** The policy as it was written, coloured, to be read. */
export default function PolicyText({ yaml, label }: { yaml: string; label: string }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: yaml,
        extensions: [
          EditorView.cspNonce.of(nonce()),
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label, role: "textbox", "aria-readonly": "true", "aria-multiline": "true" }),
          lineNumbers(),
          foldGutter(),
          bracketMatching(),
          highlightSpecialChars(),
          yamlLanguage(),
          syntaxHighlighting(colours),
          look,
        ],
      }),
    });
    return () => view.destroy();
  }, [yaml, label]);
  return <div ref={host} />;
}
