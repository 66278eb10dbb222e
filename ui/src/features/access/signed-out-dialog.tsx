import "@/shared/theme/mantine-more.css";
import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { MeOut } from "@/api/schema";
import styles from "./access.module.css";
import { SignInWays } from "./sign-in-ways";

interface SignedOutDialogProps {
  email: string;
  opened: boolean;
  onSignedIn: (me: MeOut) => void;
}

/** Stands above the page when the session ended by time; the page and its drafts stay as they are, blurred. */
export function SignedOutDialog({ email, opened, onSignedIn }: SignedOutDialogProps) {
  const { t } = useTranslation("access");
  return (
    <Modal
      opened={opened}
      onClose={() => undefined}
      title={t("endedTitle")}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      overlayProps={{ blur: 6 }}
      size={400}
      zIndex={1000}
    >
      <p className={styles.ended}>{t("endedText")}</p>
      <SignInWays email={email} onSignedIn={onSignedIn} />
    </Modal>
  );
}
