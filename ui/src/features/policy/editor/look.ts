import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: tags.comment, color: "var(--ink-3)" },
  { tag: [tags.bool, tags.null, tags.number], color: "var(--ink)" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "transparent", fontSize: "12.5px" },
  ".cm-scroller": { fontFamily: "var(--code)", lineHeight: "20px" },
  ".cm-content": { fontFamily: "var(--code)", lineHeight: "20px", padding: "12px 0", fontVariantLigatures: "none", caretColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--surface)", border: "0", color: "var(--ink-3)", fontFamily: "var(--code)" },
  ".cm-line": { padding: "0 16px 0 8px" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 4px 0 16px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--accent-soft)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-foldPlaceholder": { background: "var(--sunken)", border: "0", color: "var(--ink-2)" },
  ".cm-tooltip": {
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    border: "1px solid var(--edge)",
    borderRadius: "6px",
    maxWidth: "460px",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--code)", fontSize: "12.5px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--ink)" },
  ".cm-tooltip.cm-completionInfo": { padding: "6px 10px", fontFamily: "var(--ui)", fontSize: "13px", lineHeight: "20px" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", border: "0" },
  ".cm-fault": { textDecoration: "underline wavy var(--bad) 1.5px", textUnderlineOffset: "3px" },
  ".cm-faultPoint": { borderLeft: "2px solid var(--bad)" },
  ".cm-said": { padding: "6px 10px", fontFamily: "var(--ui)", fontSize: "13px", lineHeight: "20px" },
  ".cm-said p": { margin: "0", overflowWrap: "anywhere" },
  ".cm-saidFault": { color: "var(--bad)" },
  ".cm-uncertified, .cm-uncertified span": { color: "var(--bad)", fontWeight: "600" },
  ".cm-changedLine, .cm-insertedLine": { backgroundColor: "var(--ins)" },
  "&.cm-merge-b .cm-changedLine": { backgroundColor: "var(--ins)" },
  "&.cm-merge-a .cm-changedLine": { backgroundColor: "var(--del)" },
  ".cm-deletedChunk": { backgroundColor: "var(--del)" },
  ".cm-deletedChunk del, .cm-deletedText, .cm-changedText": { textDecoration: "none", background: "transparent" },
  "&.cm-merge-b .cm-changedText, &.cm-merge-a .cm-changedText": { background: "transparent", fontWeight: "600" },
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: '"…"' },
  ".cm-collapsedLines": { background: "var(--sunken)", color: "var(--ink-2)", padding: "2px 16px" },
  ".cm-changeGutter": { width: "3px" },
  ".cm-changedLineGutter": { background: "var(--ok)" },
  "&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter": { background: "var(--bad)" },
});

/** How a policy looks, to be read and to be written. */
export const look: Extension = [syntaxHighlighting(colours), theme];
