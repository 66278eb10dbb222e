import { Button, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyButton } from "@/shared/ui";
import { safeAddress } from "./links";
import styles from "./link-dialog.module.css";

/** Asks before a link of somebody else's text is opened, and shows where it leads. */
export function LinkDialog({ address, onClose }: { address: string | null; onClose: () => void }) {
  const { t } = useTranslation("content");
  const url = address === null ? null : safeAddress(address);
  return (
    <Modal opened={url !== null} onClose={onClose} title={t("linkTitle")} closeButtonProps={{ "aria-label": t("close") }}>
      {url && (
        <>
          <p>{t("linkWarning", { host: url.host })}</p>
          <p className={styles.address} dir="ltr">
            {url.href}
          </p>
          <div className="row wrap">
            <Button component="a" href={url.href} target="_blank" rel="noopener noreferrer nofollow" onClick={onClose}>
              {t("linkOpen", { host: url.host })}
            </Button>
            <CopyButton text={url.href} label={t("linkCopy")} />
            <Button variant="subtle" onClick={onClose} data-autofocus>
              {t("linkStay")}
            </Button>
          </div>
        </>
      )}
    </Modal>
  );
}
