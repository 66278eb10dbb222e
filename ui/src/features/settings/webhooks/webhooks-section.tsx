import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/shared/session/project";
import { EmptyState, LoadingShape, Problem } from "@/shared/ui";
import { useWebhooks } from "../api/webhooks";
import styles from "../settings.module.css";
import { EditWebhookDialog } from "./edit-webhook-dialog";
import { MakeWebhookDialog } from "./make-webhook-dialog";
import { RotateDialog } from "./rotate-dialog";
import { WebhookCard } from "./webhook-card";

/** Where outcomes and events go, how well they arrive, and what to do about those that do not. */
export default function WebhooksSection() {
  const { t } = useTranslation("settings");
  const isAllowed = useMay("webhooks.manage");
  const [isMaking, setIsMaking] = useState(false);
  const [edited, setEdited] = useState<string | null>(null);
  const [rotated, setRotated] = useState<string | null>(null);
  if (!isAllowed) {
    return <EmptyState title={t("webhooks.closed")}>{t("webhooks.closedText")}</EmptyState>;
  }
  return (
    <div className={styles.wideSection}>
      <div className={styles.sectionHead}>
        <h2>{t("section.webhooks")}</h2>
        <Button size="xs" onClick={() => setIsMaking(true)}>
          {t("webhooks.make")}
        </Button>
      </div>
      <Webhooks onEditAsked={setEdited} onRotateAsked={setRotated} />
      <MakeWebhookDialog opened={isMaking} onClose={() => setIsMaking(false)} />
      <EditWebhookDialog name={edited} onClose={() => setEdited(null)} />
      <RotateDialog name={rotated} onClose={() => setRotated(null)} />
    </div>
  );
}

interface WebhooksProps {
  onEditAsked: (name: string) => void;
  onRotateAsked: (name: string) => void;
}

function Webhooks({ onEditAsked, onRotateAsked }: WebhooksProps) {
  const { t } = useTranslation("settings");
  const { data, error, refetch } = useWebhooks();
  const [open, setOpen] = useState<string | null>(null);
  if (data === undefined) {
    return error === null ? <LoadingShape lines={4} /> : <Problem error={error} onTryAgain={() => void refetch()} />;
  }
  if (data.length === 0) {
    return (
      <div className="card">
        <EmptyState title={t("webhooks.none")}>{t("webhooks.noneText")}</EmptyState>
      </div>
    );
  }
  return (
    <ul className={styles.cards}>
      {data.map((webhook) => (
        <WebhookCard
          key={webhook.webhook_id}
          webhook={webhook}
          isOpen={open === webhook.name}
          onToggled={() => setOpen(open === webhook.name ? null : webhook.name)}
          onEditAsked={() => onEditAsked(webhook.name)}
          onRotateAsked={() => onRotateAsked(webhook.name)}
        />
      ))}
    </ul>
  );
}
