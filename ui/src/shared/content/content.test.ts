import { describe, expect, it } from "vitest";
import type { Block, Inline } from "./blocks";
import { CodePoints } from "./code-points";
import { escaped, specialsIn, warningsOf } from "./hidden";
import { layoutOf, placeOf } from "./layout";
import { hostOf, safeAddress } from "./links";
import { markdownBlocks } from "./markdown";
import { piecesOf } from "./pieces";

describe("CodePoints", () => {
  it.each(["", "abc", "a😀b", "😀😀", "é\u0301𝒳y", "𝒳"])("goes there and back in %j", (text) => {
    const points = new CodePoints(text);
    expect(points.length).toBe([...text].length);
    let offset = 0;
    let index = 0;
    for (const letter of text) {
      expect(points.toUnits(offset)).toBe(index);
      expect(points.fromUnits(index)).toBe(offset);
      if (letter.length === 2) expect(points.fromUnits(index + 1)).toBe(offset);
      offset += 1;
      index += letter.length;
    }
    expect(points.toUnits(offset)).toBe(text.length);
    expect(points.fromUnits(text.length)).toBe(offset);
  });
  it("agrees with counting letter by letter on a long mixed text", () => {
    const text = Array.from({ length: 3_000 }, (_, at) => ["a", "😀", "ß", "𝒳", "漢"][(at * 7) % 5]).join("");
    const points = new CodePoints(text);
    const letters = [...text];
    for (let offset = 0; offset <= letters.length; offset += 97)
      expect(points.toUnits(offset)).toBe(letters.slice(0, offset).join("").length);
  });
  it("keeps offsets inside the text", () => {
    expect(new CodePoints("ab").toUnits(99)).toBe(2);
    expect(new CodePoints("ab").toUnits(-1)).toBe(0);
  });
});

const labels = (text: string) => specialsIn(text).map((one) => one.label);

describe("specialsIn", () => {
  it.each([
    ["a zero-width space", "a\u200bb", ["ZWSP"]],
    ["an override", "acc\u202eount", ["RLO"]],
    ["isolates", "\u2067x\u2069", ["RLI", "PDI"]],
    ["a run of one character", "a\u200b\u200b\u200bb", ["ZWSP ×3"]],
    ["tag characters that spell words", "hi\u{E0068}\u{E0069}", ["TAG ×2"]],
    ["variation selectors used to smuggle", "a\u{E0101}\u{E0102}", ["VS18", "VS19"]],
    ["a soft hyphen", "ab\u00adc", ["SHY"]],
    ["a Hangul filler", "x\u3164y", ["HF"]],
    ["control characters", "a\u0000b\u001b[31m", ["NUL", "ESC"]],
    ["a lone carriage return", "a\rb", ["CR"]],
    ["a line separator", "a\u2028b", ["LS"]],
    ["a byte order mark", "\ufeffHello", ["BOM"]],
    ["an invisible plus", "2\u20642", ["IP"]],
    ["a private use character", "a\ue000b", ["PUA"]],
    ["a joiner inside a Latin word", "pass\u200dword", ["ZWJ"]],
    ["a word of two scripts", "pаypal", ["Cyrillic and Latin"]],
    ["a Cyrillic word that looks Latin", "Your account сору here", ["Cyrillic, looks Latin"]],
    ["styled letters", "𝐏𝐚𝐲 now", ["Styled letters"]],
    ["a flood of marks", `a${"\u0301".repeat(9)}b`, ["+6 marks"]],
    ["a long run of spaces", `a${" ".repeat(30)}b`, ["30 spaces"]],
  ])("finds %s", (_name, text, wanted) => expect(labels(text)).toEqual(wanted));

  it.each([
    ["plain text", "Dear customer, EUR 1,284.50 – thank you."],
    ["Windows line ends", "a\r\nb\r\n"],
    ["a family emoji", "👨‍👩‍👧‍👦 and ❤️"],
    ["a flag made of tags", "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}"],
    ["Persian with joiners", "می\u200cخواهم"],
    ["Hindi with a joiner", "क्\u200dष"],
    ["Arabic", "نشكركم على إبلاغنا"],
    ["Russian", "Благодарим вас за письмо, копия приложена"],
    ["Japanese of three scripts", "東京タワーです"],
    ["units", "10 kΩ and 5 µg"],
    ["accents", "Żółć, naïve, Ǻngström"],
    ["Vietnamese in separate marks", "tie\u0302\u0301ng"],
  ])("leaves %s alone", (_name, text) => expect(labels(text)).toEqual([]));

  it("says what tag characters spell", () => {
    const text = `ok${[..."obey"].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("")}`;
    expect(specialsIn(text)[0]?.title).toBe("Tag characters that spell: obey");
  });
  it("counts empty lines", () => {
    expect(specialsIn(`a\n${"\n".repeat(412)}b`)[0]).toMatchObject({ kind: "lines", count: 412 });
    expect(specialsIn("a\n\n\n\nb")).toEqual([]);
  });
  it("never overlaps and stays in order on hostile noise", () => {
    const signs = ["a", "\u200b", "\u202e", "\u0301", " ", "\n", "а", "\u{E0041}", "😀", "\u200d"];
    let seed = 7;
    const noise = Array.from({ length: 5_000 }, () => signs[(seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % signs.length]).join("");
    let end = 0;
    for (const special of specialsIn(noise)) {
      expect(special.from).toBeGreaterThanOrEqual(end);
      expect(special.to).toBeGreaterThan(special.from);
      end = special.to;
    }
  });
  it("stays linear: a megabyte in a moment", () => {
    const text = "Pay to acc\u202eount DE89 \u200b0044. Word after word, pаypal.\n".repeat(20_000);
    const start = performance.now();
    specialsIn(text);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
  it("sums up what was shown, for the verdict", () => {
    const text = "😀a\u200bb\u200b\u202epаypal";
    const points = new CodePoints(text);
    expect(warningsOf(specialsIn(text), (index) => points.fromUnits(index))).toEqual([
      "ZWSP x2, first at 2", "RLO x1, first at 5", "Cyrillic and Latin x1, first at 6",
    ]);
  });
});

describe("escaped", () => {
  it("shows what cannot be seen and doubles the backslash, so that nothing is ambiguous", () => {
    expect(escaped("a\u200b\\u{200B}\t€漢\u00a0\u202e")).toBe("a\\u{200B}\\\\u{200B}\\t€漢\\u{A0}\\u{202E}");
  });
  it("can be read back to the same text", () => {
    const text = "x\\\u0000\u{E0041}é\u0301 \"q\" \r\n\u2800";
    const back = escaped(text).replace(/\\(?:\\|t|r|n|u\{([0-9A-F]+)\})/g, (all, code: string | undefined) =>
      code ? String.fromCodePoint(parseInt(code, 16)) : ({ "\\\\": "\\", "\\t": "\t", "\\r": "\r", "\\n": "\n" }[all] ?? ""));
    expect(back).toBe(text);
  });
});

describe("addresses", () => {
  it.each(["https://example.org/a?b=1#c", "http://example.org", "HTTPS://EXAMPLE.org"])("opens %s", (address) =>
    expect(safeAddress(address)?.hostname).toBe("example.org"),
  );
  it.each([
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "data:text/html,x",
    "vbscript:x", "//evil.example", "/path", "file:///etc/passwd", "https:evil.example", "https://good.example@evil.example",
    "https://user:pw@evil.example/", "https://exa\u200bmple.org", "https://exa\u202emple.org", "https:\\\\evil.example",
    "blob:https://example.org/1", "intent://x", "about:blank", "https://", "http:///", "mailto:a@b.example", "https://a b.example",
  ])("does not open %j", (address) => expect(safeAddress(address)).toBeNull());
  it("names the host of what is not loaded", () => {
    expect(hostOf("https://img.example/x.png")).toBe("img.example");
    expect(hostOf("//img.example/x.png")).toBe("img.example");
    expect(hostOf("data:image/png;base64,AA")).toBe("data address");
  });
});

function shownBy(blocks: readonly Block[], text: string): string {
  const inline = (one: Inline): string => {
    switch (one.kind) {
      case "text": case "code": return text.slice(one.from, one.to);
      case "sign": return one.shown;
      case "break": return "\n";
      case "image": return `[image ${one.host}]`;
      case "link": return `${one.children.map(inline).join("")}(${one.address})`;
      default: return one.children.map(inline).join("");
    }
  };
  const block = (one: Block): string => {
    switch (one.kind) {
      case "paragraph": case "heading": return one.inlines.map(inline).join("");
      case "quote": return one.blocks.map(block).join("\n");
      case "list": return one.items.map((item) => `${item.marker} ${item.blocks.map(block).join("\n")}`).join("\n");
      case "code": return one.lines.map((line) => text.slice(line.from, line.to)).join("\n");
      case "table": return [one.head, ...one.rows].map((row) => row.map((cell) => cell.inlines.map(inline).join("")).join("|")).join("\n");
      case "rule": return "---";
      case "gap": return `(${one.lines} empty lines)`;
    }
  };
  return blocks.map(block).join("\n\n");
}
const shown = (text: string) => shownBy(markdownBlocks(text), text);

describe("markdownBlocks", () => {
  it.each([
    ["paragraphs and kept line breaks", "Dear A,\nthank you.\n\nBye", "Dear A,\nthank you.\n\nBye"],
    ["emphasis", "a **b _c_** ~~d~~ `e*f*`", "a b c d e*f*"],
    ["a heading", "## Title ##", "Title"],
    ["lists with the numbers as written", "3. x\n4. y", "3. x\n4. y"],
    ["a table with an empty cell", "| a | b |\n|---|--:|\n| 1 | |\n| **2** | 3 |", "a|b\n1|\n2|3"],
    ["code as it stands", "```js\nlet a = '<b>';\n\n\n  b\n```", "let a = '<b>';\n\n\n  b"],
    ["HTML as text", "<b onclick=x>y</b> <!-- z -->", "<b onclick=x>y</b> <!-- z -->"],
    ["an HTML block as text", "<div>\n**a**\n</div>", "<div>\na\n\n</div>"],
    ["a link with its address", "[t](https://e.example/x)", "t(https://e.example/x)"],
    ["a dangerous link as it was written", "[t](javascript:alert(1))", "[t](javascript:alert(1))"],
    ["a reference link as it was written", "[t][r]\n\n[r]: https://e.example", "[t][r]\n\n[r]: https://e.example(https://e.example/)"],
    ["an image by its host", "![alt](https://i.example/p.png)", "[image i.example]"],
    ["the few entities that stand for punctuation", "a &amp; b &lt; c", "a & b < c"],
    ["other entities as written", "a &#8238; b &rlm;", "a &#8238; b &rlm;"],
    ["an escape", "\\*no\\*", "*no*"],
    ["indentation that is no code", "    four spaces", "four spaces"],
    ["an underlined line as it was written", "Sum\n---", "Sum\n\n---"],
    ["a gap", `a${"\n".repeat(413)}b`, "a\n\n(412 empty lines)\n\nb"],
    ["a quote over two lines", "> a\n> b", "a\nb"],
  ])("shows %s", (_name, text, wanted) => expect(shown(text)).toBe(wanted));

  it.each([
    ["brackets", "[".repeat(60_000)], ["open links", "[a](".repeat(30_000)], ["stars", "*a **b ".repeat(20_000)],
    ["quotes", "> ".repeat(30_000)], ["lists", "- ".repeat(20_000)], ["images", "![".repeat(40_000)],
    ["ticks", Array.from({ length: 400 }, (_, at) => "`".repeat(at)).join(" ")], ["underscores", "_a_ ".repeat(30_000)],
    ["bars", `|${"a|".repeat(20_000)}\n|${"-|".repeat(20_000)}`], ["autolinks", "<http://a".repeat(20_000)],
    ["addresses", "www.a.".repeat(20_000)], ["tildes", "~~a ".repeat(30_000)], ["nested numbers", "1. ".repeat(20_000)],
    ["nested over lines", Array.from({ length: 400 }, (_, at) => `${" ".repeat(at)}- a`).join("\n")],
    ["at signs", "a@".repeat(30_000)],
  ])("is not slowed down by %s", (_name, text) => {
    const start = performance.now();
    layoutOf(text, "markdown");
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  it("shows every letter of plain words, whatever the markup around them", () => {
    const words = Array.from({ length: 200 }, (_, at) => `word${at}`);
    const signs = ["**", "_", "`", "> ", "- ", "\n", "\n\n", "# ", "| ", "~~", "[", "](", ")", "<", ">", "1. ", "```\n", "    ", "---\n"];
    let seed = 11;
    const next = (most: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % most;
    for (let round = 0; round < 200; round++) {
      const text = words.slice(0, 30).map((word) => word + (signs[next(signs.length)] ?? "")).join(next(2) ? " " : "");
      const out = layoutOf(text, "markdown").leaves.map((leaf) => text.slice(leaf.from, leaf.to)).join("\n");
      for (const word of words.slice(0, 30)) expect(out.includes(word) ? word : `${word} lost in ${JSON.stringify(text)}`).toBe(word);
    }
  });
});

describe("marks", () => {
  const pieces = (text: string, from: number, to: number) => {
    const layout = layoutOf(text, "markdown");
    const place = placeOf(layout, { from, to });
    if (!place) return [];
    const mark = { id: "m", kind: "finding" as const, from, to, ...place };
    return layout.leaves.flatMap((leaf) => piecesOf(leaf, layout, [mark])).filter((piece) => piece.marks.length > 0).map((piece) => text.slice(piece.from, piece.to));
  };
  it("stand at the right words through markup", () => {
    const text = "Pay **EUR 150** now";
    expect(pieces(text, text.indexOf("EUR"), text.indexOf("now"))).toEqual(["EUR 150", " "]);
    expect(pieces(text, 4, 15)).toEqual(["EUR 150"]);
  });
  it("do not cut a box", () => {
    const text = "ab\u200b\u200bcd";
    expect(pieces(text, 1, 3)).toEqual(["b", "\u200b\u200b"]);
  });
  it("are pinned where nothing of them is shown", () => {
    const text = "a\n\n***\n\nb";
    const layout = layoutOf(text, "markdown");
    expect(placeOf(layout, { from: 3, to: 6 })).toEqual({ begins: 8, ends: 8, pinned: true });
    expect(placeOf(layout, { from: 1, to: 1 })?.pinned).toBe(true);
    expect(placeOf(layoutOf("", "markdown"), { from: 0, to: 0 })).toBeNull();
  });
});
