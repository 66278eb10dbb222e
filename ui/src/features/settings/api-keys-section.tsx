import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { KeyOut } from "@/api/schema";
import { useFormat, useNow } from "@/shared/format";
import { useMay } from "@/shared/session/project";
import { EmptyState, Pill } from "@/shared/ui";
import { useApiKeys, useRevokeKey } from "./api/keys";
import { MakeKeyDialog } from "./make-key-dialog";
import { ListTable } from "./list-table";
import { FormEnd } from "./form-end";
import styles from "./settings.module.css";

/** Keys with which applications speak to the server. */
export function ApiKeysSection() {
  const { t } = useTranslation("settings");
  const isAllowed = useMay("keys.manage");
  const [isMaking, setIsMaking] = useState(false);
  const [revoked, setRevoked] = useState<KeyOut | null>(null);
  if (!isAllowed) {
    return <EmptyState title={t("apiKeys.closed")}>{t("apiKeys.closedText")}</EmptyState>;
  }
  return (
    <div className={styles.wideSection}>
      <div className={styles.sectionHead}>
        <h2>{t("section.api-keys")}</h2>
        <Button size="xs" onClick={() => setIsMaking(true)}>
          {t("apiKeys.make")}
        </Button>
      </div>
      <Keys onRevokeAsked={setRevoked} />
      <MakeKeyDialog opened={isMaking} onClose={() => setIsMaking(false)} />
      <RevokeDialog apiKey={revoked} onClose={() => setRevoked(null)} />
    </div>
  );
}

function Keys({ onRevokeAsked }: { onRevokeAsked: (key: KeyOut) => void }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const now = useNow(60_000);
  const list = useApiKeys();
  return (
    <ListTable
      list={list}
      label={t("section.api-keys")}
      columns={[t("apiKeys.name"), t("apiKeys.scopes"), t("apiKeys.lastUsed"), t("apiKeys.ends")]}
      action={t("apiKeys.revoke")}
      lines={4}
      none={<EmptyState title={t("apiKeys.none")}>{t("apiKeys.noneText")}</EmptyState>}
    >
      {(key) => (
        <tr key={key.key_id} data-quiet={key.revoked_at !== null || undefined}>
          <th scope="row">
            <span className="medium">
              <bdi>{key.name}</bdi>
            </span>{" "}
            {key.revoked_at !== null && <Pill tone="bad">{t("apiKeys.revoked")}</Pill>}
            <span className={`code quieter ${styles.email}`}>hrk_{key.public}_…</span>
          </th>
          <td>
            <Scopes scopes={key.scopes} />
          </td>
          <td>{key.last_used_at === null ? t("apiKeys.never") : format.moment(key.last_used_at, now)}</td>
          <td>{key.expires_at === null ? t("apiKeys.noEnd") : format.moment(key.expires_at, now)}</td>
          <td className={styles.end}>
            {key.revoked_at === null && (
              <Button size="xs" onClick={() => onRevokeAsked(key)} aria-label={t("apiKeys.revokeNamed", { name: key.name })}>
                {t("apiKeys.revoke")}
              </Button>
            )}
          </td>
        </tr>
      )}
    </ListTable>
  );
}

/** The scopes a key gets unless told otherwise. */
const USUAL = ["events.read", "items.appeal", "items.outcome", "items.submit"];

function Scopes({ scopes }: { scopes: readonly string[] }) {
  const { t } = useTranslation("settings");
  const isUsual = scopes.length === USUAL.length && USUAL.every((one) => scopes.includes(one));
  if (isUsual) return t("apiKeys.usual");
  return <span className={styles.scopes}>{scopes.join(", ")}</span>;
}

function RevokeDialog({ apiKey, onClose }: { apiKey: KeyOut | null; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const revoke = useRevokeKey({ onDone: onClose });
  const name = apiKey?.name ?? "";
  return (
    <Modal
      opened={apiKey !== null}
      onClose={onClose}
      title={t("apiKeys.revokeTitle", { name })}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <div className={styles.form}>
        <p>{t("apiKeys.revokeWhat")}</p>
        <FormEnd change={revoke} does={t("apiKeys.revokeNamed", { name })} onDo={() => apiKey !== null && revoke.mutate(apiKey.key_id)} onCancel={onClose} />
      </div>
    </Modal>
  );
}
