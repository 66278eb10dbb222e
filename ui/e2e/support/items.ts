/** Items as an application would submit them: ordinary letters, and every kind and size of content. */
import type { Json } from "./api";

export interface ItemIn {
  [field: string]: Json | undefined;
}

/** A settlement letter with a sum that its context contradicts: two findings, sent to queue junior. */
export function letter(number: number, more: ItemIn = {}): ItemIn {
  const claim = `CL-${7000 + number}`;
  return {
    key: claim,
    domain: "claims",
    task: "letter",
    language: "en",
    model: "writer-1",
    prompt_version: "letter-3",
    prompt: `Write the settlement letter for claim ${claim}.`,
    output: `Dear customer,\n\nyour claim ${claim} is accepted. We will pay EUR 1,240.00 within five working days. The deductible of EUR 150.00 was taken off.\n\nYours sincerely`,
    confidence: 0.71,
    context: [
      { id: "p1", title: "Assessor's report", text: `Claim ${claim}: the damage is assessed at EUR 1,420.00. A deductible of EUR 300.00 applies.` },
      { id: "p2", title: "Terms 2024, 4.2", text: "Escaping tap water is insured. Payment is made within five working days after acceptance." },
    ],
    metadata: { claim, amount: 1240 },
    group: claim,
    end_user: { id: "u-1", name: "A customer", language: "en" },
    ...more,
  };
}

/** A text of `count` words with headings and lists, as a long report has them. */
export function longText(count: number): string {
  const words = "the pipe behind the north wall leaked for two days before it was found and the floor of the hall was wet".split(" ");
  const lines: string[] = [];
  for (let written = 0, part = 1; written < count; part++) {
    lines.push(`## Part ${part}`, "");
    const sentence = Array.from({ length: Math.min(180, count - written) }, (_, at) => words[(at * 7 + part) % words.length]).join(" ");
    lines.push(`${sentence}.`, "", `- The sum of part ${part} is EUR ${part * 100}.00.`, "");
    written += 188;
  }
  return lines.join("\n");
}

/** Every kind and size of output that a reviewer may meet, by name. */
export const KINDS: Readonly<Record<string, ItemIn>> = {
  long: { output: longText(10_000) },
  arabic: {
    language: "ar",
    output: "عزيزي العميل،\n\nتم قبول مطالبتكم. سندفع لكم 1,240.00 يورو خلال خمسة أيام عمل.\n\n- رقم المطالبة CL-7000\n\nمع التحية",
    prompt: "اكتب رسالة التسوية.",
  },
  hebrew: { language: "he", output: "לקוח יקר,\n\nהתביעה שלך אושרה. נשלם 1,240.00 אירו בתוך חמישה ימי עבודה.\n\nבברכה" },
  json: { output: { type: "json", value: { claim: "CL-7100", pay: { amount: 1240.5, currency: "EUR" }, lines: [{ what: "floor", sum: 900 }, { what: "wall", sum: 340.5 }], final: true, note: null } } },
  tool: { output: { type: "tool_call", name: "send_refund", arguments: { account: "DE00 0000 0000", amount: 84.9, currency: "EUR" } } },
  code: { output: "This script adds the sums:\n\n```python\ndef total(lines):\n    return sum(line.amount for line in lines if line.amount <= 1240)\n```\n\nIt ignores larger lines." },
  table: { output: "| Item | Sum |\n|---|---:|\n| Floor | 900.00 |\n| Wall | 340.00 |\n\n**Total:** EUR 1,240.00" },
  chat: {
    prompt: undefined,
    messages: [
      { role: "system", content: "You answer for an insurer. Be short." },
      { role: "user", content: "When do I get my money?" },
      { role: "assistant", content: "Which claim is it?" },
      { role: "user", content: "The one about the pipe, CL-7100." },
    ],
    output: { type: "message", role: "assistant", content: "You get EUR 1,240.00 within five working days." },
  },
  empty: { output: "" },
  word: { output: `A word without an end: ${"Donaudampfschifffahrt".repeat(150)}` },
  bare: { output: "Yes.", prompt: undefined, context: [], metadata: {}, end_user: undefined, group: undefined },
};
