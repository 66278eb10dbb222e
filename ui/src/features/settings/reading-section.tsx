import { Slider } from "@mantine/core";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { READING_SIZES, type ReadingSettings, readingVariables } from "@/shared/settings/settings";
import { useSettingsChange } from "@/shared/settings/use-settings";
import { Choice, Field, NotSaved } from "./field";
import styles from "./settings.module.css";

/** How texts to be judged are set. The product's own words stay as they are. */
export function ReadingSection() {
  const { t } = useTranslation("settings");
  const { settings, change, error } = useSettingsChange();
  const { reading } = settings;
  const set = (part: Partial<ReadingSettings>) => change({ reading: { ...reading, ...part } });
  return (
    <div className={styles.section}>
      <NotSaved error={error} />
      <p className="quiet">{t("reading.what")}</p>
      <Choice
        label={t("reading.face")}
        value={reading.face}
        options={[
          { value: "serif", label: t("reading.serif") },
          { value: "sans", label: t("reading.sans") },
          { value: "mono", label: t("reading.mono") },
        ]}
        onChosen={(face) => set({ face })}
      />
      <Field label={t("reading.size", { size: reading.size })}>
        {(id) => (
          <Slider
            className={styles.slider ?? ""}
            aria-labelledby={id}
            thumbLabel={t("reading.size", { size: reading.size })}
            min={READING_SIZES.least}
            max={READING_SIZES.most}
            step={1}
            label={null}
            value={reading.size}
            onChange={(size) => set({ size })}
          />
        )}
      </Field>
      <Choice
        label={t("reading.width")}
        value={reading.width}
        options={[
          { value: "narrow", label: t("reading.narrow") },
          { value: "normal", label: t("reading.normal") },
          { value: "wide", label: t("reading.wide") },
        ]}
        onChosen={(width) => set({ width })}
      />
      <figure className={styles.sample}>
        <figcaption className="meta">{t("reading.sample")}</figcaption>
        {/* custom properties are not in CSSProperties */}
        <p style={readingVariables(reading) as CSSProperties} className={styles.sampleText}>
          {t("reading.sampleText")}
        </p>
      </figure>
    </div>
  );
}
