// The rules of this house that no package has: imports point one way, colours have one home, nothing leads outside.
import { dirname, relative, resolve } from "node:path";

const SRC = resolve(import.meta.dirname, "../src");
/** Who may import what: a layer may import itself and everything after it. */
const LAYERS = ["app", "features", "shared", "api"];

/** `features/queues/order.ts` of a file, or null outside of src. */
function placeOf(file) {
  const path = relative(SRC, file);
  return path.startsWith("..") ? null : path.split("/");
}

function imported(from, source) {
  if (source.startsWith("@/")) return placeOf(resolve(SRC, source.slice(2)));
  return source.startsWith(".") ? placeOf(resolve(dirname(from), source)) : null;
}

/** Why `here` may not import `there`; null if it may. */
export function wrongWay(here, there) {
  const [from, to] = [LAYERS.indexOf(here[0]), LAYERS.indexOf(there[0])];
  if (from === -1 || to === -1) return null;
  if (to < from) return `${here[0]} imports nothing of ${there[0]}: app > features > shared > api.`;
  if (here[0] !== "features" || there[0] !== "features" || here[1] === there[1]) return null;
  return `The features ${here[1]} and ${there[1]} do not know each other: join them in app, or share in shared.`;
}

const oneWay = {
  create(context) {
    const check = (node) => {
      if (node.source === null || node.source === undefined) return;
      const [here, there] = [placeOf(context.filename), imported(context.filename, String(node.source.value))];
      const why = here !== null && there !== null ? wrongWay(here, there) : null;
      if (why !== null) context.report({ node, message: why });
    };
    return { ImportDeclaration: check, ImportExpression: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
  },
};

const COLOUR = /#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b|\b(rgba?|hsla?|oklch|oklab|lab|lch|hwb)\(/i;

/** Reports every literal text for which `find` gives a message. */
function onText(find) {
  return {
    create(context) {
      const check = (node, text) => {
        const message = find(text, context.filename);
        if (message !== null) context.report({ node, message });
      };
      return {
        Literal: (node) => typeof node.value === "string" && check(node, node.value),
        TemplateElement: (node) => check(node, node.value.raw),
      };
    },
  };
}

export default {
  rules: {
    "one-way": oneWay,
    "no-colour": onText((text, file) =>
      COLOUR.test(text) && !file.endsWith("shared/theme/tokens.ts") ? "Colours are named in shared/theme/tokens.ts only." : null,
    ),
    "no-outside-address": onText((text) =>
      /^(https?:)?\/\/[a-z0-9]/i.test(text) ? "The app speaks to its own server only." : null,
    ),
  },
};
