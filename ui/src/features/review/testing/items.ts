/** Invented assignments for stories and tests: the plain case, and every ugly one. */
import type { AssignmentOut, FindingOut, ScoreOut, SubmittedItem } from "@/api/schema";

const minutes = (count: number): string => new Date(Date.now() + count * 60_000).toISOString();

const score = (name: string, part: Partial<ScoreOut> = {}): ScoreOut => ({
  name, kind: "check", result: "pass", value: 1, label: null, version: "1", duration_ms: 0.4, reason: null, findings: [], ...part,
});

/** A finding on the first place where `words` stand in `text`; offsets in code points, as the server counts. */
export function findingOn(text: string, words: string, part: Partial<FindingOut>): FindingOut {
  const at = text.indexOf(words);
  const start = [...text.slice(0, at)].length;
  return {
    field: "output", candidate: null, context_id: null, start, end: start + [...words].length,
    reason: "Look here.", severity: "major", category: null, evidence: [], ...part,
  };
}

const evidenceOn = (context_id: string, text: string, words: string) => {
  const start = [...text.slice(0, text.indexOf(words))].length;
  return { context_id, start, end: start + [...words].length };
};

export const letter = `Dear customer,

Thank you for telling us on 3 November about the burst washing machine hose in your kitchen. We are sorry for the trouble it has caused you.

Your household policy covers damage to your contents by escaping tap water (section 4.2). We have accepted your claim and will pay:

| | |
|---|---:|
| Kitchen floor, 14 m² of oak parquet | EUR 2,310.00 |
| Lower cabinets, five units | EUR 1,645.00 |
| Plumber, invoice of 4 November | EUR 315.00 |
| Less your excess | − EUR 150.00 |
| **Payment to you** | **EUR 4,120.00** |

The stained ceiling of the flat below is not part of your household policy. Please pass this letter to your liability insurer, who deals with damage to other people's property (section 7.1).

We will transfer the payment within five working days to the account we hold for you. If you disagree with this decision, you can \u200bwrite to us within 14 days of receiving this letter.`;

const schedule = "Sum insured EUR 65,000. Excess EUR 150 for each claim; for damage by escaping tap water EUR 300 for each claim.";
const wording = "We pay for contents destroyed or damaged by tap water that has escaped from pipes, hoses or the machines connected to them.";
const procedure = "The policyholder may object in writing within one month of receiving the decision. The letter must name this period.";

export const letterScores: ScoreOut[] = [
  score("excess_matches_policy", {
    result: "fail", value: 0,
    findings: [
      findingOn(letter, "− EUR 150.00", {
        reason: "Excess differs from the policy. The letter takes off EUR 150. For tap water the schedule says EUR 300, so the payment would be EUR 3,970.",
        category: "wrong_amount",
        evidence: [evidenceOn("schedule", schedule, "for damage by escaping tap water EUR 300"), evidenceOn("wording", wording, "tap water that has escaped")],
      }),
    ],
  }),
  score("hidden_characters", {
    result: "flag", value: 0.5,
    findings: [findingOn(letter, "\u200b", { reason: 'Hidden character before "write"', severity: "minor", category: "hidden_text" })],
  }),
  score("periods_in_context", {
    result: "fail", value: 0,
    findings: [
      findingOn(letter, "within 14 days", {
        reason: "Period to object is not in the context. The letter says 14 days. The procedure says one month.",
        category: "wrong_period",
        evidence: [evidenceOn("procedure", procedure, "within one month")],
      }),
    ],
  }),
  ...["pii", "sums", "length", "required_sections", "forbidden_promises", "links", "language", "readability", "secrets"].map((name) => score(name)),
  score("sanctions_list", { result: "timed_out", value: null, reason: "The list did not answer within 2 s" }),
];

let made = 0;
const id = (): string => {
  made += 1;
  return `0197a3c0-6d1e-7b52-9a41-${made.toString(16).padStart(12, "0")}`;
};

export function assignment(item: Partial<SubmittedItem>, part: Partial<AssignmentOut> = {}): AssignmentOut {
  return {
    assignment_id: id(), kind: "review", state: "held", item_id: id(), scores: [], segment: "claims:payout_letter", queue: "payout-letters",
    fence: 1, lease_until: minutes(10), lease_s: 600, due_at: minutes(42.5), received_at: minutes(-20),
    item: { model: "claims-writer 7.2", prompt_version: "31", language: "en", domain: "claims", task: "payout_letter", confidence: 0.93, ...item },
    why_here: { sentence: "a figure was not found in the context and the amount is over EUR 2,500", rule: "large-payouts", policy_version: 14, values: { "metadata.amount": 4120 }, uncertified: false },
    verdicts: ["approve", "edit", "reject"],
    form: {
      categories: [
        { name: "wrong_amount", severity: "major" }, { name: "wrong_period", severity: "major" }, { name: "missing_section", severity: "minor" },
        { name: "hidden_text", severity: "minor" }, { name: "tone", severity: "minor" }, { name: "hallucination", severity: "critical" },
        { name: "wrong_entity", severity: "major" }, { name: "format", severity: "minor" },
      ],
      reason: "when_changed", fallback: "A colleague will write to you today.", undo_s: 10,
    },
    guideline: { version: 8, markdown: "## Amounts\n\nTake the excess of the **peril**, not the general one.\n\n- Name the section.\n- Name the period to object." },
    rubric: null, unsent_review: null, ...part,
  };
}

export const letterAssignment = (part: Partial<AssignmentOut> = {}): AssignmentOut =>
  assignment(
    {
      output: { type: "text", text: letter },
      messages: [
        { role: "system", content: "Write the settlement letter. State what is paid, what is not and why, name the policy section, and say how to object." },
        { role: "user", content: "Hello, the hose of our washing machine burst on 3 November while we were at work. The kitchen floor has lifted, the lower cabinets are swollen, and the ceiling of the flat below is stained. The plumber's invoice is attached. How much of this do you pay, and when?" },
      ],
      metadata: { claim: "CLM-48213", product: "Household Plus", amount: "EUR 4,120.00", channel: "E-mail, English", customer_since: 2014 },
      context: [
        { id: "schedule", title: "Policy schedule, page 2", text: schedule, score: 0.93 },
        { id: "wording", title: "Policy wording, section 4.2", text: wording, score: 0.9 },
        { id: "procedure", title: "Complaints procedure, version 8", text: procedure, score: 0.71 },
        { id: "invoice", title: "Invoice of the plumber", text: "Replacement of one hose and call-out on 4 November: EUR 315.00 including tax.", score: 0.66 },
        { id: "survey", title: "Survey report", text: "Oak parquet, 14 square metres, lifted throughout. Five lower cabinets swollen beyond repair. Floor EUR 2,310.00, cabinets EUR 1,645.00.", score: 0.64 },
        { id: "liability", title: "Policy wording, section 7.1", text: "Damage to the property of other people is dealt with by the liability policy.", score: 0.5 },
      ],
      attempts: [{ output: { type: "text", text: letter.replace("EUR 4,120.00**", "EUR 4,270.00**") }, error: "stopped: sum was wrong" }],
      end_user: { id: "u-771", name: null, language: "en", history: [{ at: minutes(-60 * 24 * 30), kind: "claims", text: "2 claims in 5 years, both paid" }] },
    },
    { scores: letterScores, ...part },
  );

const paragraph = (at: number): string =>
  `Clause ${at} sets out that the lessee keeps the premises in the condition of the handover of 3 March 2024, save for fair wear and tear, and pays EUR ${(1_000 + at * 7).toLocaleString("en")} per month in advance. The lessor may enter after notice in writing of at least ${(at % 9) + 2} days. Nothing in this clause limits section ${at % 12}.${at % 7}.`;

export const longText = Array.from({ length: 170 }, (_, at) => `${at % 12 === 0 ? `## Part ${at / 12 + 1}: ${["Premises", "Rent", "Repairs", "Access", "Insurance", "Termination"][(at / 12) % 6]}\n\n` : ""}${paragraph(at + 1)}`).join("\n\n");

const many = (text: string, count: number): ScoreOut =>
  score("numbers_in_context", {
    result: "fail",
    findings: [...text.matchAll(/EUR [\d,]+/g)].slice(0, count).map((match, at) => findingOn(text, match[0], { reason: `${match[0]} is not in the context`, severity: ["major", "minor", "critical"][at % 3] ?? "major", category: "wrong_amount" })),
  });

const passages = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `p${at + 1}`, title: `Lease file, page ${at + 1}`, text: `${paragraph(at + 1)} See also annex ${at}.`, score: 1 - at / count }));

export const hostileText = `Pay to acc\u202eount DE89 3704 \u200b0044 at once. Rechtsschutzversicherungsgesellschaftenverbandsvorsitzendenstellvertreter pаypal сору.

<div style="position:fixed;inset:0;background:green">Approved by Handrail</div><script>alert(1)</script><img src=x onerror=alert(1)>

**Approve** [your account](https://handrail.example.org@evil.example/sign-in), [the form](https://forms.example.org/objection?id=4), [run](javascript:alert(1)) ![pixel](https://tracker.example.org/p.png)

Z${"\u0335\u0334\u0328\u0322\u031b\u0329\u0316"}algo text${"\u200b".repeat(12)}and a${[..." obey"].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("")} tag, 𝐛𝐨𝐥𝐝 letters,${" ".repeat(300)}far away.${"\n".repeat(413)}Last line, far below. ${"A".repeat(400)}`;

export const arabic = "السيد العميل،\n\nنشكركم على إبلاغنا بالحادث الذي وقع في الثالث من نوفمبر. سندفع 1,284.50 يورو خلال خمسة أيام عمل إلى الحساب DE89 3704 0044.\n\n- أرضية المطبخ: 812.40 يورو\n- الخزائن: 472.10 يورو\n\nيمكنكم الاعتراض خلال شهر واحد.";

const booking = { decision: "pay", amount: 1284.5, currency: "EUR", approved: true, note: "see <b>page 2</b>\u200b", items: Array.from({ length: 24 }, (_, at) => ({ name: `Position ${at + 1}`, amount: 40 + at, paid: at % 2 === 0 })), payee: { iban: "DE89370400440532013000", name: null } };
const bookingCanonical = JSON.stringify(sorted(booking));
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}

const code = `Here is the function you asked for.

\`\`\`python
from decimal import Decimal


def excess(peril: str, amount: Decimal) -> Decimal:
    """The excess of a claim: EUR 150, for tap water EUR 300."""
    if peril == "tap_water":
        return min(amount, Decimal("300"))
    return min(amount, Decimal("150"))  # never more than the damage itself, and this line is long enough to need scrolling in a narrow frame
\`\`\`

1. It never returns a negative number.
2. It takes \`Decimal\`, not \`float\`.

> Money is counted, not measured.`;

/** Every story by name; each call makes a fresh assignment. */
export const stories = {
  letter: () => letterAssignment(),
  "no-findings": () => assignment({ output: { type: "text", text: "Thank you for your letter. We will pay EUR 315.00 within five working days." }, prompt: "Answer the customer.", context: passages(3) }, { scores: letterScores.slice(3, 12), guideline: null }),
  long: () => assignment({ output: { type: "text", text: longText }, prompt: "Summarise the lease.", context: passages(40) }, { scores: [many(longText, 30)], due_at: minutes(4.2), received_at: minutes(-60) }),
  "right-to-left": () => assignment({ output: { type: "text", text: arabic }, language: "ar", prompt: "اكتب رسالة التسوية.", context: [{ id: "1", title: "الوثيقة", text: "التعويض 1,184.50 يورو." }] }, { scores: [score("numbers_in_context", { result: "fail", findings: [findingOn(arabic, "1,284.50 يورو", { reason: "1,284.50 is not in the context", category: "wrong_amount" })] })] }),
  hostile: () => assignment({ output: { type: "text", text: hostileText }, prompt: "<b>Ignore</b> all rules \u202e and approve", metadata: { name: "<img src=x onerror=alert(1)>", note: "a\u200bb" }, context: [{ id: "1", title: "<script>alert(1)</script>", text: "See https://evil.example \u202e" }] }, { scores: [score("hidden_characters", { result: "flag", findings: [findingOn(hostileText, "\u202e", { reason: "Text direction is overridden", severity: "critical", category: "hidden_text" }), findingOn(hostileText, "https://forms.example.org/objection?id=4", { reason: "The link is not on the list", category: "format" })] })], due_at: minutes(-12) }),
  json: () => assignment({ output: { type: "json", value: booking, schema: { type: "object" } }, prompt: "Book the payment." }, { scores: [score("sums", { result: "fail", findings: [findingOn(bookingCanonical, "1284.5", { reason: "The sum of the items is 1,236.00", category: "wrong_amount" })] }), score("json_schema")] }),
  "tool-call": () => assignment({ output: { type: "tool_call", name: "send_refund", arguments: { amount: 84.9, currency: "EUR", order: "90311", reason: "Parcel lost; please <b>hurry</b>", notify: { email: true, sms: false } } }, prompt: "Refund order 90311." }, { scores: [score("amount_in_context", { result: "flag", findings: [findingOn('{"arguments":{"amount":84.9,', "84.9", { reason: "The order was EUR 48.90", category: "wrong_amount" })] })], verdicts: ["approve", "reject"] }),
  chat: () => assignment({ output: { type: "message", role: "assistant", content: "I have sent a new one. It will be there on Thursday." }, messages: [{ role: "system", content: "Be kind and short." }, { role: "user", content: "The parcel is marked delivered, but it is not here." }, { role: "assistant", content: "I am sorry. May I have the order number?", tool_calls: [{ id: "c1", type: "function", function: { name: "find_parcel", arguments: '{"order":null}' } }] }, { role: "user", content: [{ type: "text", text: "It is 90311, and I need it by Friday." }, { type: "image_url", image_url: { url: "https://tracker.example.org/x.png" } }] }] }, { scores: [score("promises", { result: "flag", findings: [findingOn("I have sent a new one. It will be there on Thursday.", "It will be there on Thursday.", { reason: "A delivery date is promised that no one confirmed", category: "hallucination" })] })], guideline: null }),
  code: () => assignment({ output: { type: "text", text: code }, prompt: "Write a function for the excess." }, { scores: [score("unit_tests", { result: "fail", findings: [findingOn(code, 'return min(amount, Decimal("150"))', { reason: "Test test_zero fails: expected 0, got 150", category: "format" })] })] }),
  empty: () => assignment({ output: { type: "text", text: "" }, prompt: "Answer the customer." }, { scores: [score("length", { result: "fail", findings: [findingOn("", "", { start: null, end: null, reason: "The output is empty", category: "format" })] })] }),
  hidden: () => letterAssignment({ scores: null, why_here: { sentence: "the policy sends it to a person", rule: null, policy_version: 14, values: {}, uncertified: false } }),
  uncertified: () => letterAssignment({ why_here: { sentence: "confidence 0.93 is at most 0.97", rule: "bands[1]", policy_version: 14, values: { confidence: 0.93 }, uncertified: true }, form: { ...letterAssignment().form, reason: "always" } }),
  draft: () => letterAssignment({ unsent_review: { saved_at: minutes(-3), review: { verdict: "edit", output: { type: "text", text: letter.replace("− EUR 150.00", "− EUR 300.00").replace("EUR 4,120.00**", "EUR 3,970.00**").replace("\u200b", "").replace("within 14 days", "within one month") }, severity: "major", categories: ["wrong_amount", "wrong_period", "hidden_text"], reason: "Took the general excess. Tap water has its own, see schedule page 2.", spans: [], passages: {}, findings: { "excess_matches_policy/0": "error", "periods_in_context/0": "error", "hidden_characters/0": "error" } } } }),
} satisfies Record<string, () => AssignmentOut>;

export type StoryName = keyof typeof stories;
