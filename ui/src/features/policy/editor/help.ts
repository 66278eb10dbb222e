/** Completion and the sentence about a key under the pointer, both from the language as the server describes it. */
import { autocompletion, type Completion, type CompletionContext, type CompletionResult, startCompletion } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import { type EditorView, hoverTooltip } from "@codemirror/view";
import type { JsonObject } from "@/api/schema";
import { namesIn, offersAt } from "../model/completion";
import { descriptionAt } from "../model/language";
import { placeAt } from "../model/yaml-place";

/** `language` is asked each time: it may come after the editor. */
export function help(language: () => JsonObject | null): Extension {
  return [
    autocompletion({ override: [(context) => complete(context, language())], icons: false, maxRenderedOptions: 60 }),
    hoverTooltip((view, position) => described(view, position, language())),
  ];
}

function complete(context: CompletionContext, language: JsonObject | null): CompletionResult | null {
  if (language === null) return null;
  const text = context.state.doc.toString();
  const place = placeAt(text, context.pos);
  const line = context.state.doc.lineAt(context.pos);
  const before = text.slice(line.from, context.pos);
  if (before.trimStart().startsWith("#")) return null;
  // A name inside a condition ends at any sign that no name has.
  const word = /[\w.:-]*$/.exec(before)?.[0] ?? "";
  const inWord = place.kind === "value" && /[('"&|!<>= ]/.test(before) ? (/\w*$/.exec(before)?.[0] ?? "") : word;
  if (!context.explicit && inWord === "" && !/[('".]$/.test(before)) return null;
  const options = offersAt(place, language, namesIn(text), before).map(
    ({ label, apply, type, info }): Completion => ({
      label,
      type,
      ...(info !== undefined && info !== "" && { info }),
      ...(apply !== undefined && { apply: (view, _, from, to) => write(view, from, to, apply) }),
    }),
  );
  return options.length === 0 ? null : { from: context.pos - inWord.length, options, validFor: /^[\w-]*$/ };
}

/** Writes what was chosen; where a value follows, its own words are offered at once. */
function write(view: EditorView, from: number, to: number, text: string): void {
  const after = view.state.sliceDoc(to, to + 2);
  const written = text.endsWith(": ") && after.startsWith(":") ? text.slice(0, -2) : text;
  view.dispatch({ changes: { from, to, insert: written }, selection: { anchor: from + written.length }, userEvent: "input.complete" });
  startCompletion(view);
}

function described(view: EditorView, position: number, language: JsonObject | null) {
  if (language === null) return null;
  const line = view.state.doc.lineAt(position);
  const around = /[\w"-]+(?=\s*:)/g;
  for (const match of line.text.matchAll(around)) {
    const from = line.from + match.index;
    const to = from + match[0].length;
    if (position < from || position > to) continue;
    const { path } = placeAt(view.state.doc.toString(), from);
    const sentence = descriptionAt(language, [...path, match[0].replaceAll('"', "")]);
    if (sentence === null) return null;
    return {
      pos: from,
      end: to,
      create: () => {
        const dom = document.createElement("div");
        dom.className = "cm-said";
        dom.textContent = sentence;
        return { dom };
      },
    };
  }
  return null;
}
