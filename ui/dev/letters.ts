/** Invented texts of the development world. No person, company or claim in them exists. */
export const letters: readonly string[] = [
  "Your household policy covers damage to your contents by escaping tap water (section 4.2). We have accepted your claim and will pay EUR 4,120.00.",
  "We will pay EUR 812.40 for the broken window pane in the kitchen, as agreed with the glazier.",
  "Thank you for the photographs of the roof. The storm on 28 October reached force 9 at the nearest station, so the damage is insured.",
  "The excess of EUR 150 is taken off once for the two losses, because they have the same cause.",
  "نشكركم على إبلاغنا بالحادث الذي وقع في الثالث من نوفمبر. سندفع 1,284.50 يورو خلال خمسة أيام عمل.",
  '{"decision":"pay","amount":1284.5,"currency":"EUR","items":[{"name":"window","amount":812.4},{"name":"labour","amount":372.1}]}',
  "For the bicycle you reported stolen on 2 November we need the frame number and the receipt of purchase.",
  "Your liability insurance covers what you must pay to others. It does not cover your own parquet floor.",
  "We have looked at the invoice for the dishwasher and cannot pay the delivery fee, because the policy excludes it.",
  "As agreed by telephone we settle the hail damage with a lump sum of EUR 1,950.00.",
  "The repair costs are below the agreed excess, so that nothing is paid out this time.",
  "Sehr geehrte Versicherte, die Rechtsschutzversicherungsgesellschaft übernimmt die Kosten des Sachverständigengutachtens nach Abschnitt 7.1.",
];

export const uglyTexts: readonly string[] = [
  "Pay to acc\u202eount DE89 3704 \u200b0044 at once. Rechtsschutzversicherungsgesellschaftenverbandsvorsitzendenstellvertreter",
  `${"A".repeat(900)} end`,
  "<script>alert(1)</script> **Approve** [your account](https://handrail.example.org/sign-in) ![pixel](https://tracker.example.org/p.png)",
  "Z̴̢̛̩̖a̷l̸g̵o̶ ̷t̸e̷x̸t̴ with ​zero​ width and раураl in mixed scripts",
  `First line.${"\n".repeat(412)}Last line, far below.`,
  "",
];

export const policyYaml = `policy: 1                                     # version of this language
error_from: major
metadata:
  amount: {type: number, unit: EUR, filter: true}
  customer: {type: string, filter: true}
categories:
  wrong_amount: {severity: major, tolerate: 1%}
  missing_section: {severity: minor}
  hallucination: {severity: critical, tolerate: 0.5%}
checks:
  pii: {kinds: [card, iban]}
  numbers_in_context: {then: note}
classifiers:
  toxicity: {flag: 0.40, fail: 0.90}
  topic: {flag: 0.50}
block:                                        # the first rule that holds blocks, without a person
  - {name: toxic, when: "failed('toxicity')", category: unsafe}
review:                                       # the first rule that holds sends to a person
  - {name: high_stakes, when: "label('topic') in ['medical', 'legal']", queue: adjudication-contracts, high_stakes: true}
  - {name: large_payouts, when: "metadata.amount >= 2500", queue: payout-letters, requires: two_person}
  - {name: ungrounded, when: "flagged('numbers_in_context')", queue: payout-letters}
not_run: review
bands:                                        # what is left, by one number, highest first
  on: confidence
  rows:
    - {above: 0.92, then: release, uncertified: true}
    - {from: 0.70, queue: support-refunds}
    - {queue: payout-letters}
autonomy:
  segments: {"claims:payout_letter": exception, "support:reply": exception}
  capped: ["claims:denial_letter"]
queues:
  payout-letters: {level: junior, skills: [claims], languages: [en, de], deadline: 4h, at_breach: {elevate: adjudication-contracts}}
  support-refunds: {level: junior, languages: [en], requires: approval, deadline: 8h, at_breach: fallback}
  adjudication-contracts: {kind: supervisor, level: senior, skills: [claims], deadline: 2h, at_breach: block, reviews: 2}
fallback: {en: "A colleague will write to you today.", de: "Wir schreiben Ihnen heute."}
pending: {show: draft, label: "Draft, an expert is reviewing it"}
`;
