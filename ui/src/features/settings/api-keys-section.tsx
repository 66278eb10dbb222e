import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { KeyOut } from "@/api/schema";
import { useFormat, useNow } from "@/shared/format";
import { useMay } from "@/shared/session/project";
import { EmptyState, LoadingShape, Note, Pill, Problem, useSentence } from "@/shared/ui";
import { useApiKeys, useRevokeKey } from "./api/keys";
import { MakeKeyDialog } from "./make-key-dialog";
import { MoreButton } from "./more-button";
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
  const { data, error, refetch } = list;
  if (data === undefined) {
    return error === null ? <LoadingShape lines={4} /> : <Problem error={error} onTryAgain={() => void refetch()} />;
  }
  if (data.length === 0) {
    return (
      <div className="card">
        <EmptyState title={t("apiKeys.none")}>{t("apiKeys.noneText")}</EmptyState>
      </div>
    );
  }
  return (
    <>
      <div className={`card ${styles.scroll}`} tabIndex={0} role="region" aria-label={t("section.api-keys")}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t("apiKeys.name")}</th>
              <th scope="col">{t("apiKeys.scopes")}</th>
              <th scope="col">{t("apiKeys.lastUsed")}</th>
              <th scope="col">{t("apiKeys.ends")}</th>
              <th scope="col">
                <span className="hidden-text">{t("apiKeys.revoke")}</span>
              </th>
            </tr>
          </thead>
          <tbody className="num">
            {data.map((key) => (
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
            ))}
          </tbody>
        </table>
      </div>
      <MoreButton list={list} />
    </>
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
  const sentence = useSentence();
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
        {revoke.error !== null && (
          <Note tone="bad" role="alert">
            {sentence(revoke.error)}
          </Note>
        )}
        <div className={styles.buttons}>
          <Button variant="subtle" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button
            variant="filled"
            onClick={() => apiKey !== null && revoke.mutate(apiKey.key_id)}
            aria-disabled={revoke.isPending}
          >
            {t("apiKeys.revokeNamed", { name })}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
