import { Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { useMakeWebhook } from "../api/webhooks";
import { FormEnd } from "../form-end";
import styles from "../settings.module.css";
import { NewSecret } from "./new-secret";
import { typesOf, WebhookFields, wordsOf } from "./webhook-fields";

/** Makes a webhook and shows its secret once. */
export function MakeWebhookDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <Modal opened={opened} onClose={onClose} title={t("webhooks.make")} size={520} closeButtonProps={{ "aria-label": t("close") }}>
      <MakeWebhook onClose={onClose} />
    </Modal>
  );
}

function MakeWebhook({ onClose }: { onClose: () => void }) {
  const make = useMakeWebhook();
  if (make.data?.secret != null) return <NewSecret secret={make.data.secret} onDone={onClose} />;
  return <WebhookForm make={make} onClose={onClose} />;
}

function WebhookForm({ make, onClose }: { make: ReturnType<typeof useMakeWebhook>; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const [name, setName] = useState("");
  const [words, setWords] = useState(() => wordsOf(null));
  const said = (path: string) => (make.error instanceof ApiError ? make.error.field(path) : null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!make.isPending) make.mutate({ name: name.trim(), url: words.url, types: typesOf(words), content: words.content });
  };
  return (
    <form onSubmit={send} className={styles.form}>
      <TextInput
        label={t("webhooks.name")}
        description={t("webhooks.nameWhat")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={said("/name")}
        maxLength={64}
        spellCheck={false}
        required
        withAsterisk={false}
        data-autofocus
      />
      <WebhookFields words={words} urlError={said("/url")} typesError={said("/types/0") ?? said("/types")} onChanged={setWords} />
      <FormEnd change={make} failed={t("webhooks.notMade")} does={t("webhooks.make")} onCancel={onClose} />
    </form>
  );
}
