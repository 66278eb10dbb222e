import type { CSSProperties, ReactNode } from "react";
import { useMemo } from "react";
import { readingVariables } from "@/shared/settings/settings";
import { useSettings } from "@/shared/settings/use-settings";
import styles from "./content-frame.module.css";
import { visible } from "./hidden";

interface ContentFrameProps {
  /** What is in the frame: "Model output". */
  label: ReactNode;
  /** Where it came from: model and prompt version. Shown isolated, it may be hostile too. */
  detail?: string | null;
  /** Controls at the end of the label line. */
  tools?: ReactNode;
  /** A line of ours inside the frame, above the text. */
  notice?: ReactNode;
  name: string;
  language?: string | null;
  tone?: "reading" | "editing";
  /** Keeps the label line in view while a long text is scrolled. */
  sticky?: boolean;
  children: ReactNode;
}

/**
 * Everything a model, a customer or a document wrote lives in one: labelled, painted inside its own box, in the
 * reading face that the product itself never uses here.
 */
export function ContentFrame({ label, detail, tools, notice, name, language, tone = "reading", sticky = false, children }: ContentFrameProps) {
  const { reading } = useSettings();
  const variables = useMemo(() => readingVariables(reading) as CSSProperties, [reading]); // custom properties are not in CSSProperties
  return (
    <article className={styles.frame} aria-label={name} data-tone={tone}>
      <header className={styles.label} data-sticky={sticky || undefined}>
        <b>{label}</b>
        {detail && (
          <bdi className={styles.detail} title={visible(detail)}>
            {visible(detail)}
          </bdi>
        )}
        <span className={styles.gap} />
        {tools}
      </header>
      {notice}
      <div className={styles.body} style={variables} {...(language ? { lang: language } : {})}>
        {children}
      </div>
    </article>
  );
}
