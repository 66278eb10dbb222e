/** What stands in the page until the server has put a nonce there. A nonce itself may begin with `__`. */
const PLACEHOLDER = "__HANDRAIL_NONCE__";

/** The nonce of this answer, which style sheets made in the browser must carry; empty where the server set none. */
export function nonce(): string {
  const content = document.querySelector<HTMLMetaElement>('meta[name="handrail-nonce"]')?.content ?? "";
  return content === PLACEHOLDER ? "" : content;
}
