import { Button, Modal, Switch } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { WebhookOut } from "@/api/schema";
import { LoadingShape, Note, Problem } from "@/shared/ui";
import { useChangeWebhook, useRemoveWebhook, useWebhook } from "../api/webhooks";
import { FormEnd } from "../form-end";
import styles from "../settings.module.css";
import { NewSecret } from "./new-secret";
import { typesOf, WebhookFields, wordsOf } from "./webhook-fields";

export function EditWebhookDialog({ name, onClose }: { name: string | null; onClose: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <Modal opened={name !== null} onClose={onClose} title={name ?? ""} size={520} closeButtonProps={{ "aria-label": t("close") }}>
      {name !== null && <Loaded key={name} name={name} onClose={onClose} />}
    </Modal>
  );
}

function Loaded({ name, onClose }: { name: string; onClose: () => void }) {
  const { data, error, refetch } = useWebhook(name);
  if (data === undefined) {
    return error === null ? <LoadingShape lines={4} /> : <Problem error={error} onTryAgain={() => void refetch()} />;
  }
  return <EditForm webhook={data.webhook} etag={data.etag} onClose={onClose} />;
}

/** Who an address belongs to: another one gets a secret of its own. */
function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null;
}

function EditForm({ webhook, etag, onClose }: { webhook: WebhookOut; etag: string; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const [words, setWords] = useState(() => wordsOf(webhook));
  const [isOn, setIsOn] = useState(webhook.enabled);
  const [isRemoving, setIsRemoving] = useState(false);
  const change = useChangeWebhook({ onDone: (changed) => changed.secret === null && onClose() });
  const said = (path: string) => (change.error instanceof ApiError ? change.error.field(path) : null);
  const isElsewhere = originOf(words.url) !== null && originOf(words.url) !== originOf(webhook.url);
  if (change.data?.secret != null) return <NewSecret secret={change.data.secret} onDone={onClose} />;
  if (isRemoving) return <Remove webhook={webhook} etag={etag} onClose={onClose} onKept={() => setIsRemoving(false)} />;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (change.isPending) return;
    change.mutate({ name: webhook.name, etag, patch: { url: words.url, types: typesOf(words), content: words.content, enabled: isOn } });
  };
  return (
    <form onSubmit={send} className={styles.form}>
      <WebhookFields words={words} urlError={said("/url")} typesError={said("/types/0") ?? said("/types")} onChanged={setWords} />
      {isElsewhere && <Note tone="warn">{t("webhooks.hostWarning")}</Note>}
      <Switch
        label={t("webhooks.enabled")}
        description={t("webhooks.enabledWhat")}
        checked={isOn}
        onChange={(event) => setIsOn(event.currentTarget.checked)}
      />
      <FormEnd
        change={change}
        failed={t("notSaved")}
        does={t("save")}
        onCancel={onClose}
        aside={
          <Button variant="subtle" className={styles.first ?? ""} onClick={() => setIsRemoving(true)}>
            {t("webhooks.remove")}
          </Button>
        }
      />
    </form>
  );
}

interface RemoveProps {
  webhook: WebhookOut;
  etag: string;
  onClose: () => void;
  onKept: () => void;
}

function Remove({ webhook, etag, onClose, onKept }: RemoveProps) {
  const { t } = useTranslation("settings");
  const remove = useRemoveWebhook({ onDone: onClose });
  const name = webhook.name;
  return (
    <div className={styles.form}>
      <p>{t("webhooks.removeWhat", { count: webhook.health.waiting })}</p>
      <FormEnd change={remove} does={t("webhooks.removeNamed", { name })} onDo={() => remove.mutate({ name, etag })} onCancel={onKept} />
    </div>
  );
}
