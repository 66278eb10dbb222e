import "@/shared/theme/mantine-more.css";
import { Drawer } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { NavFoot } from "./nav-foot";
import styles from "./nav-shell.module.css";

/** On a phone the stop switch and the person stand in a drawer. */
export function PhoneMenu({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("desk");
  return (
    <Drawer.Root opened={opened} onClose={onClose} position="right" size={300}>
      <Drawer.Overlay />
      <Drawer.Content aria-label={t("nav.menu")}>
        <Drawer.Body>
          {/* not Drawer.Header: its <header> would be a second banner beside that of the stop dialog */}
          <div className={styles.menuHead}>
            <span className="strong">{t("nav.menu")}</span>
            <Drawer.CloseButton size={44} aria-label={t("nav.closeMenu")} />
          </div>
          <NavFoot isNarrow={false} />
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
