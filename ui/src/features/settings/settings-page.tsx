import { Tabs } from "@mantine/core";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { LoadingShape, PageHead } from "@/shared/ui";
import { ApiKeysSection } from "./api-keys-section";
import { KeysSection } from "./keys-section";
import { PeopleSection } from "./people-section";
import { ProfileSection } from "./profile-section";
import { ReadingSection } from "./reading-section";
import { SETTINGS_SECTIONS, type SettingsSection } from "./sections";
import { SystemSection } from "./system-section";
import styles from "./settings.module.css";

const WebhooksSection = lazy(() => import("./webhooks/webhooks-section"));

interface SettingsPageProps {
  section: SettingsSection;
  /** What the section about the audit log shows. */
  auditLog: ReactNode;
  onSectionChosen: (section: SettingsSection) => void;
}

export function SettingsPage({ section, auditLog, onSectionChosen }: SettingsPageProps) {
  const { t } = useTranslation("settings");
  useEffect(() => {
    document.title = `${t("title")} | Handrail`;
  }, [t]);
  return (
    <div className={styles.page}>
      <PageHead title={t("title")} />
      <Tabs
        value={section}
        onChange={(next) => onSectionChosen(SETTINGS_SECTIONS.find((one) => one === next) ?? "profile")}
        keepMounted={false}
      >
        <Tabs.List className={styles.tabs}>
          {SETTINGS_SECTIONS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`section.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="profile">
          <ProfileSection />
        </Tabs.Panel>
        <Tabs.Panel value="reading">
          <ReadingSection />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeysSection />
        </Tabs.Panel>
        <Tabs.Panel value="people">
          <PeopleSection />
        </Tabs.Panel>
        <Tabs.Panel value="api-keys">
          <ApiKeysSection />
        </Tabs.Panel>
        <Tabs.Panel value="webhooks">
          <Suspense fallback={<LoadingShape lines={4} />}>
            <WebhooksSection />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="audit-log">{auditLog}</Tabs.Panel>
        <Tabs.Panel value="system">
          <SystemSection />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
