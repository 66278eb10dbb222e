import { Checkbox, Radio, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import styles from "../settings.module.css";

export const OUTCOMES: readonly string[] = ["item.released", "item.blocked", "item.recalled"];

export interface WebhookWords {
  url: string;
  isOutcomes: boolean;
  types: string;
  content: boolean;
}

/** The event types that the words name. */
export function typesOf(words: WebhookWords): string[] {
  if (words.isOutcomes) return [...OUTCOMES];
  return words.types.split(/[\s,]+/).filter((one) => one !== "");
}

export function wordsOf(webhook: { url: string; types: string[]; content: boolean } | null): WebhookWords {
  if (webhook === null) return { url: "", isOutcomes: true, types: "", content: true };
  const isOutcomes = webhook.types.length === OUTCOMES.length && OUTCOMES.every((one) => webhook.types.includes(one));
  return { url: webhook.url, isOutcomes, types: webhook.types.join(", "), content: webhook.content };
}

interface WebhookFieldsProps {
  words: WebhookWords;
  urlError: string | null;
  typesError: string | null;
  onChanged: (words: WebhookWords) => void;
}

/** What can be said of a webhook when it is made and later. */
export function WebhookFields({ words, urlError, typesError, onChanged }: WebhookFieldsProps) {
  const { t } = useTranslation("settings");
  const set = (part: Partial<WebhookWords>) => onChanged({ ...words, ...part });
  return (
    <>
      <TextInput
        label={t("webhooks.url")}
        description={t("webhooks.urlWhat")}
        value={words.url}
        onChange={(event) => set({ url: event.currentTarget.value.trim() })}
        error={urlError}
        maxLength={2_000}
        inputMode="url"
        spellCheck={false}
        autoComplete="off"
        required
        withAsterisk={false}
      />
      <Radio.Group label={t("webhooks.types")} value={words.isOutcomes ? "outcomes" : "own"} onChange={(value) => set({ isOutcomes: value === "outcomes" })}>
        <div className={styles.roles}>
          <Radio value="outcomes" label={t("webhooks.outcomes")} description={t("webhooks.outcomesWhat")} />
          <Radio value="own" label={t("webhooks.choose")} description={t("webhooks.chooseWhat")} />
        </div>
      </Radio.Group>
      {!words.isOutcomes && (
        <TextInput
          aria-label={t("webhooks.choose")}
          value={words.types}
          onChange={(event) => set({ types: event.currentTarget.value })}
          error={typesError}
          spellCheck={false}
          required
        />
      )}
      <Checkbox
        label={t("webhooks.content")}
        description={t("webhooks.contentWhat")}
        checked={words.content}
        onChange={(event) => set({ content: event.currentTarget.checked })}
      />
    </>
  );
}
