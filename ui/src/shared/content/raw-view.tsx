import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { escaped, specialsIn } from "./hidden";
import styles from "./raw-view.module.css";

const LINES_TOGETHER = 60;

/** The text as it came, escaped so that nothing is hidden and nothing ambiguous; every line with its number. */
export function RawView({ text }: { text: string }) {
  const { t } = useTranslation("content");
  const groups = useMemo(() => grouped(text.split("\n")), [text]);
  return (
    <div className={styles.raw} dir="ltr" tabIndex={0} role="group" aria-label={t("raw")}>
      {groups.map((group) => (
        <div key={group.first} className={styles.group} style={{ containIntrinsicSize: `auto ${group.lines.length * 20}px` }}>
          {group.lines.map((line, at) => (
            <div key={at} className={styles.line} data-number={group.first + at}>
              {raw(line)}
              {group.first + at < group.total && <span className={styles.end}>{"\\n"}</span>}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

/** The escaped line; in words of mixed scripts every letter beyond ASCII is an escape too, for it may look like another. */
function raw(line: string): string {
  let out = "";
  let at = 0;
  for (const word of specialsIn(line)) {
    if (word.kind !== "script") continue;
    out += escaped(line.slice(at, word.from)) + escaped(line.slice(word.from, word.to), /[\x20-\x7e]/);
    at = word.to;
  }
  return out + escaped(line.slice(at));
}

function grouped(lines: readonly string[]): { first: number; total: number; lines: readonly string[] }[] {
  const groups = [];
  for (let at = 0; at < lines.length; at += LINES_TOGETHER)
    groups.push({ first: at + 1, total: lines.length, lines: lines.slice(at, at + LINES_TOGETHER) });
  return groups;
}
