/**
 * One line of somebody else's text for a list or a name: what cannot be seen or would turn the line around becomes
 * `\ufffd`, floods of combining marks are cut at three, line breaks become spaces.
 */
export function safeLine(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/(\p{M}{3})\p{M}+/gu, "$1")
    .replace(/[\p{C}\p{Default_Ignorable_Code_Point}]/gu, "\ufffd")
    .trim();
}
