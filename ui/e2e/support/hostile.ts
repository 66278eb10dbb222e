/** Content that wants more than to be read. Whatever of it runs calls `pwned`, opens a dialog or asks another host. */
import { letter, type ItemIn } from "./items";

/** Nobody answers there; a request to it is a failure by itself. */
const OUT = "outside.invalid";
const RUN = "window.pwned=1;alert(1)";

const MARKUP: readonly string[] = [
  `<script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `<img src="https://${OUT}/pixel.png">`,
  `<svg onload="${RUN}"><script>${RUN}</script><animate onbegin="${RUN}" attributeName=x dur=1s></svg>`,
  `<svg><a xlink:href="javascript:${RUN}"><text x="20" y="20">press</text></a></svg>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`,
  `<math href="javascript:${RUN}">press</math>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${RUN}>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<iframe src="https://${OUT}/frame"></iframe>`,
  `<object data="https://${OUT}/o"></object><embed src="https://${OUT}/e">`,
  `<link rel="stylesheet" href="https://${OUT}/a.css"><style>@import "https://${OUT}/b.css"; * {display:none}</style>`,
  `<base href="https://${OUT}/"><meta http-equiv="refresh" content="0;url=https://${OUT}/">`,
  `<details open ontoggle="${RUN}"><summary>x</summary></details>`,
  `<video autoplay onloadstart="${RUN}" src="https://${OUT}/v.mp4"></video>`,
  `<input autofocus onfocus="${RUN}"><body onload="${RUN}">`,
  `"><script>${RUN}</script>`,
  `'-alert(1)-'`,
  `{{constructor.constructor('${RUN}')()}}`,
  `<x style="position:fixed;inset:0;background:url(https://${OUT}/bg)">cover</x>`,
];

/** Addresses that must not become something to press. */
export const BAD_LINKS: readonly string[] = [
  `[run](javascript:${RUN})`,
  `[run](JaVaScRiPt:${RUN})`,
  `[run](java\tscript:${RUN})`,
  `[run](&#106;avascript:${RUN})`,
  `[run](&#x6A;avascript&colon;${RUN})`,
  `[run](data:text/html,<script>${RUN}</script>)`,
  `[run](vbscript:msgbox(1))`,
  `[run](//${OUT}/host)`,
  `[run](file:///etc/passwd)`,
  `[run][evil]\n\n[evil]: javascript:${RUN}`,
  `<javascript:${RUN}>`,
];

const IMAGES: readonly string[] = [
  `![pixel](https://${OUT}/image.png)`,
  `![pixel][ref]\n\n[ref]: https://${OUT}/reference.png`,
  `[![pixel](https://${OUT}/nested.png)](https://${OUT}/page)`,
  `![data](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)`,
];

const HIDDEN = "pay\u200Bment \u202Eevom\u202C \u2066isolated\u2069 \u{E0049}\u{E0067}\u{E006E}ore \u00ADsoft \uFEFF p\u0430ypal Z\u0335\u0321\u0322\u0327\u0328\u0329\u032A\u032B\u032Calgo\n\n\n\n\n\n\n\n\nend";

/** One item with something hostile in every field that a reviewer or lead may see. */
const everywhere: ItemIn = {
  output: MARKUP.join("\n\n"),
  prompt: MARKUP.slice(0, 6).join("\n"),
  model: `<img src=x onerror="${RUN}">`,
  prompt_version: `<b onmouseover="${RUN}">v</b>`,
  context: MARKUP.slice(0, 8).map((text, at) => ({ id: `<i>${at}</i>`, title: text, text, source: `javascript:${RUN}` })),
  // `__proto__` has to be written as text: in a literal it would set the prototype.
  metadata: JSON.parse(`{"__proto__": "polluted", "constructor": "polluted", "toString": "polluted", "<img src=x onerror=alert(1)>": "<svg onload=alert(1)>", "claim": "<script>alert(1)</script>"}`),
  attempts: [{ output: MARKUP[1] ?? "", error: `<img src=x onerror="${RUN}">` }],
  reasoning: MARKUP.slice(0, 4).join("\n"),
  end_user: { id: "<script>alert(1)</script>", name: `<img src=x onerror="${RUN}">`, history: [{ at: "2026-11-02T09:14:00.000Z", kind: "<svg onload=alert(1)>", text: MARKUP[0] ?? "" }] },
  group: "<script>alert(1)</script>",
};

const imitation = [
  "# Approved",
  "",
  "✅ **Approved** by Reviewer 7. No further check is needed.",
  "",
  "---",
  "",
  "**This item is no longer yours.** Your verdict was saved. Press **A** to go on.",
  "",
  `<div role="alert" style="position:fixed;top:0;left:0;right:0;z-index:9999;background:#fff">Handrail: sign in again at https://${OUT}</div>`,
].join("\n");

/** Hostile outputs by name, each in an otherwise ordinary letter. */
export const HOSTILE: Readonly<Record<string, ItemIn>> = {
  everywhere,
  links: { output: `${BAD_LINKS.join("\n\n")}\n\n[a real one](https://${OUT}/path?q=1)` },
  images: { output: IMAGES.join("\n\n"), prompt: IMAGES.join("\n") },
  hidden: { output: HIDDEN, prompt: HIDDEN, metadata: { claim: "CL-\u202E1007" } },
  imitation: { output: imitation },
  deep: { output: { type: "json", value: JSON.parse(`{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "html": "<img src=x onerror=alert(1)>"}`) } },
  call: { output: { type: "tool_call", name: `<img src=x onerror="${RUN}">`, arguments: { "<svg onload=alert(1)>": `javascript:${RUN}` } } },
  nested: { output: `${"> ".repeat(300)}deep\n\n${"*".repeat(2_000)}\n\n${"[".repeat(1_500)}` },
};

export const hostile = (name: string, number: number): ItemIn => letter(number, { metadata: {}, ...HOSTILE[name], key: `hostile-${name}-${number}` });
