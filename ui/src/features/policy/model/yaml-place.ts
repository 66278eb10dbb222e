/** Where in a policy a place of its text is. Reads only what stands before it, so that half-written text does no harm. */
export interface YamlPlace {
  /** Keys from the top, `[]` for an entry of a list. */
  path: string[];
  /** Whether a key is being written here, or the value of the last key of `path`. */
  kind: "key" | "value";
  /** Where the word under the cursor begins. */
  from: number;
  /** Inside quotes. */
  quoted: boolean;
}

interface Level {
  /** Column of its keys or dashes; flow levels have none. */
  column: number;
  flow: "{" | "[" | null;
  key: string | null;
  isList: boolean;
}

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'{}[\],#&*!|>%@`-][^:#{}[\],]*?|-[^\s:#]+)\s*:(?=\s|$)/;

const bare = (key: string) => (/^["']/.test(key) ? key.slice(1, -1) : key);

/** The place at `offset` of `text`. */
export function placeAt(text: string, offset: number): YamlPlace {
  const before = text.slice(0, offset);
  const levels: Level[] = [];
  let block: number | null = null; // column of a key whose text block (| or >) goes on
  let at = 0;
  for (const line of before.split("\n")) {
    const isLast = at + line.length >= before.length;
    const indent = line.length - line.trimStart().length;
    if (block !== null && !isLast && (line.trim() === "" || indent > block)) {
      at += line.length + 1;
      continue;
    }
    block = readLine(line, levels, isLast) ?? (block !== null && isLast && indent > block ? block : null);
    at += line.length + 1;
  }
  return here(before, levels);
}

/** Takes one line into `levels`; the column of its key when a text block begins. */
function readLine(line: string, levels: Level[], isLast: boolean): number | null {
  let column = line.length - line.trimStart().length;
  let rest = line.slice(column);
  const inFlow = () => levels.some((level) => level.flow !== null);
  if (!inFlow()) {
    if (rest === "" && !isLast) return null;
    if (rest.startsWith("#")) return null;
    while (levels.length > 0 && (levels.at(-1)?.column ?? -1) > column) levels.pop();
    const top = levels.at(-1);
    if (top !== undefined && top.column === column && !(top.isList && /^-(\s|$)/.test(rest))) {
      // A list may stand at the column of its key.
      if (top.isList && !/^-/.test(rest)) levels.pop();
    }
    for (let dash = /^-(\s+|$)/.exec(rest); dash !== null; dash = /^-(\s+|$)/.exec(rest)) {
      const last = levels.at(-1);
      if (last === undefined || !(last.isList && last.column === column)) levels.push({ column, flow: null, key: null, isList: true });
      column += dash[0].length;
      rest = rest.slice(dash[0].length);
      while ((levels.at(-1)?.column ?? -1) > column) levels.pop();
    }
    const key = KEY.exec(rest);
    const last = levels.at(-1);
    const isSame = last !== undefined && !last.isList && last.column === column;
    if (key === null) {
      if (isSame) last.key = null;
      else if (rest === "" || !/^[{["'|>]/.test(rest)) levels.push({ column, flow: null, key: null, isList: false });
    } else {
      const name = bare(key[1] ?? "");
      if (isSame) last.key = name;
      else levels.push({ column, flow: null, key: name, isList: false });
      const keyColumn = column;
      rest = rest.slice(key[0].length);
      if (/^\s*[|>][+-]?\d*\s*(#.*)?$/.test(rest)) return keyColumn;
    }
  }
  readFlow(rest, levels);
  return null;
}

/** Brackets, quotes and keys inside `{...}` and `[...]`. */
function readFlow(text: string, levels: Level[]): void {
  let quote: string | null = null;
  let word = "";
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    const top = levels.at(-1);
    if (quote !== null) {
      if (sign === "\\" && quote === '"') at++;
      else if (sign === quote) quote = null;
      else word += sign;
      continue;
    }
    if ((sign === '"' || sign === "'") && word.trim() === "") quote = sign;
    else if (sign === "#" && (at === 0 || /\s/.test(text.charAt(at - 1)))) return;
    else if (sign === "{" || sign === "[") {
      levels.push({ column: Number.POSITIVE_INFINITY, flow: sign, key: null, isList: sign === "[" });
      word = "";
    } else if ((sign === "}" && top?.flow === "{") || (sign === "]" && top?.flow === "[")) {
      levels.pop();
      word = "";
    } else if (sign === "," && top?.flow !== null && top !== undefined) {
      if (top.flow === "{") top.key = null;
      word = "";
    } else if (sign === ":" && top?.flow === "{" && top.key === null && /^(\s|$)/.test(text.slice(at + 1))) {
      top.key = word.trim();
      word = "";
    } else word += sign;
  }
}

function here(before: string, levels: Level[]): YamlPlace {
  const path = levels.flatMap((level) => (level.isList ? ["[]"] : level.key === null ? [] : [level.key]));
  const top = levels.at(-1);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const word = /[^\s{}[\],:"']*$/.exec(line)?.[0] ?? "";
  const quotes = (line.match(/"/g)?.length ?? 0) % 2 === 1 || (line.match(/'/g)?.length ?? 0) % 2 === 1;
  const isValue = top !== undefined && (top.isList || top.key !== null) && !(top.isList && top.flow === null && /-\s*$/.test(line));
  return { path, kind: isValue && (top?.isList !== true || top.flow !== null || /-\s+\S*$/.test(line)) ? "value" : "key", from: before.length - word.length, quoted: quotes };
}
