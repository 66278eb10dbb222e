/** The example of README.md, so that it is checked against the types; client.test.ts compares the two. */
declare const draft: string;
declare const question: string;
declare const send: (text: string | null) => void;
declare const remember: (itemId: string | null) => void;
declare const log: (reason: string) => void;

// README.md
import { Handrail } from "handrail-client";

const hr = new Handrail(); // HANDRAIL_URL and HANDRAIL_KEY
const result = await hr.gate(draft, { prompt: question, confidence: 0.83, domain: "claims" });
switch (result.status) {
  case "released":
    send(result.text);
    break;
  case "pending":
    remember(result.item_id);
    break;
  case "blocked":
    log(result.reason);
}
