/** A model output as a person reads and edits it. */
import type { Json, JsonObject, OutputObject } from "@/api/schema";
import { canonical, parseEdited, pretty } from "./json-layout";

/** What checks read and findings count in: the text, or JSON and tool calls in canonical form. */
export function readableText(output: OutputObject): string {
  switch (output.type) {
    case "text":
      return output.text;
    case "message":
      return output.content ?? "";
    case "json":
      return canonical(output.value);
    case "tool_call":
      return canonical({ arguments: output.arguments, name: output.name });
  }
}

/** What the editor holds: the text, formatted JSON, or the formatted arguments of a call. */
export function editableText(output: OutputObject): string {
  switch (output.type) {
    case "json":
      return pretty(output.value);
    case "tool_call":
      return pretty(output.arguments);
    default:
      return readableText(output);
  }
}

export const isJson = (output: OutputObject): boolean => output.type === "json" || output.type === "tool_call";

export type Edited = { readonly ok: true; readonly output: OutputObject } | { readonly ok: false; readonly line: number; readonly message: string };

/** The output with an edited text in it, or where the text stops being what it must be. */
export function withText(output: OutputObject, text: string): Edited {
  if (output.type === "text") return { ok: true, output: { ...output, text } };
  if (output.type === "message") return { ok: true, output: { ...output, content: text } };
  const parsed = parseEdited(text);
  if (!parsed.ok) return parsed;
  if (output.type === "json") return { ok: true, output: { ...output, value: parsed.value } };
  if (!isObject(parsed.value)) return { ok: false, line: 1, message: "{ }" };
  return { ok: true, output: { ...output, arguments: parsed.value } };
}

const isObject = (value: Json): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether an edited text stands for another output; JSON may be formatted as one likes. */
export function differs(output: OutputObject, text: string | null): boolean {
  if (text === null || text === editableText(output)) return false;
  const edited = withText(output, text);
  return !edited.ok || readableText(edited.output) !== readableText(output);
}
