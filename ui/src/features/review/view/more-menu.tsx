import { Menu } from "@mantine/core";
import { IconArrowBackUp, IconDots, IconMessageQuestion, IconPlayerSkipForward } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import controls from "./controls.module.css";
import styles from "./room.module.css";

interface MoreMenuProps {
  phone?: boolean;
  onReturn: () => void;
  onSkip: () => void;
  onExpert: () => void;
}

/** The rarer ways to be done with an item; on the phone all of them. */
export function MoreMenu({ phone = false, onReturn, onSkip, onExpert }: MoreMenuProps) {
  const { t } = useTranslation("review");
  const icon = { size: 16, stroke: 1.75, "aria-hidden": true } as const;
  return (
    <Menu position="top-end" width={260}>
      <Menu.Target>
        <button type="button" className={phone ? styles.touch : controls.ghost} aria-label={t("more.title")}>
          <IconDots size={phone ? 20 : 16} stroke={1.75} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {phone && (
          <>
            <Menu.Item leftSection={<IconPlayerSkipForward {...icon} />} onClick={onSkip}>
              {t("dock.skip")}
            </Menu.Item>
            <Menu.Item leftSection={<IconMessageQuestion {...icon} />} onClick={onExpert}>
              {t("dock.expert")}
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<IconArrowBackUp {...icon} />} onClick={onReturn}>
          {t("more.return")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
