import { yaml as yamlLanguage } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightSpecialChars, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { nonce } from "@/shared/theme/nonce";
import { uncertifiedInRed } from "./editor/faults";
import { look } from "./editor/look";

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
          uncertifiedInRed,
          look,
        ],
      }),
    });
    return () => view.destroy();
  }, [yaml, label]);
  return <div ref={host} />;
}
