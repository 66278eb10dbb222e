import { acceptCompletion, closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { yaml as yamlLanguage } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, indentUnit } from "@codemirror/language";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap, lineNumbers, tooltips } from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import type { ErrorField, JsonObject } from "@/api/schema";
import { nonce } from "@/shared/theme/nonce";
import { faultMarks, goTo, showFaults, uncertifiedInRed } from "./faults";
import { help } from "./help";
import { look } from "./look";

export interface PolicyEditorHandle {
  /** Puts the cursor where a fault is. */
  goTo(fault: ErrorField): void;
}

interface PolicyEditorProps {
  yaml: string;
  label: string;
  language: JsonObject | null;
  faults: readonly ErrorField[];
  /** On a phone: text and faults, without completion and folding. */
  isPlain: boolean;
  onChange: (yaml: string) => void;
  handle?: Ref<PolicyEditorHandle>;
}

/** The policy, to be written: completion, faults as one types, what each key means. Esc then Tab leaves it. */
export default function PolicyEditor(props: PolicyEditorProps) {
  const { yaml, label, faults, isPlain, handle } = props;
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (host.current === null) return;
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.yaml,
        extensions: [
          EditorView.cspNonce.of(nonce()),
          EditorState.lineSeparator.of("\n"),
          EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label, "aria-multiline": "true", spellcheck: "false", autocapitalize: "off", autocorrect: "off" }),
          lineNumbers(),
          isPlain ? EditorView.lineWrapping : [foldGutter(), help(() => latest.current.language), closeBrackets()],
          indentUnit.of("  "),
          history(),
          search({ top: true }),
          bracketMatching(),
          highlightSpecialChars(),
          yamlLanguage(),
          faultMarks,
          uncertifiedInRed,
          look,
          tooltips({ position: "fixed" }),
          keymap.of([
            ...(isPlain ? [] : closeBracketsKeymap),
            ...historyKeymap,
            ...searchKeymap.filter((binding) => binding.key === "Mod-f" || binding.key === "Escape"),
            { key: "Tab", run: (at) => acceptCompletion(at) || indentMore(at), shift: indentLess },
            ...defaultKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    return () => {
      editor.current = null;
      view.destroy();
    };
  }, [label, isPlain]);
  useEffect(() => {
    const view = editor.current;
    // From outside, such as an error that was changed in its own view: the text is replaced, undo stays.
    if (view !== null && view.state.doc.toString() !== yaml) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: yaml } });
    }
  }, [yaml]);
  useEffect(() => {
    if (editor.current !== null) showFaults(editor.current, faults);
  }, [faults, label, isPlain]);
  useImperativeHandle(handle, () => ({
    goTo: (fault) => {
      if (editor.current !== null) goTo(editor.current, fault);
    },
  }));
  return <div ref={host} />;
}
