import { Button, Menu } from "@mantine/core";
import { IconBookmark } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ViewIn, ViewOut } from "@/api/schema";
import { safeLine } from "@/shared/content/safe-line";
import { lazyDialog } from "@/shared/ui";
import { isOwn, useViews } from "./api/views";

const SaveViewDialog = lazyDialog(() => import("./save-view-dialog").then((module) => module.SaveViewDialog));

interface ViewsMenuProps {
  /** What is on screen now, to be saved under a name. */
  shown: Omit<ViewIn, "name" | "shared">;
  onChosen: (view: ViewOut) => void;
}

/** Opens a saved view, or saves what is on screen as one. */
export function ViewsMenu({ shown, onChosen }: ViewsMenuProps) {
  const { t } = useTranslation("items");
  const { data } = useViews();
  const [isSaving, setIsSaving] = useState(false);
  const views = data?.data ?? [];
  const groups = [
    { name: t("views.own"), views: views.filter(isOwn) },
    { name: t("views.sharedBy"), views: views.filter((one) => one.owner !== null) },
    { name: t("views.given"), views: views.filter((one) => one.given !== null) },
  ].filter((group) => group.views.length > 0);
  return (
    <>
      <Menu position="bottom-end" width={320}>
        <Menu.Target>
          <Button size="sm" leftSection={<IconBookmark size={16} stroke={1.75} />}>
            {t("views.menu")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah="70vh" style={{ overflow: "auto" }}>
          {groups.map((group) => [
            <Menu.Label key={group.name}>{group.name}</Menu.Label>,
            ...group.views.map((view) => (
              <Menu.Item key={`${view.owner ?? ""} ${view.given ?? ""} ${view.name}`} onClick={() => onChosen(view)}>
                <ViewName view={view} />
              </Menu.Item>
            )),
          ])}
          <Menu.Divider />
          <Menu.Item onClick={() => setIsSaving(true)}>{t("views.save")} …</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <SaveViewDialog opened={isSaving} shown={shown} onClose={() => setIsSaving(false)} />
    </>
  );
}

function ViewName({ view }: { view: ViewOut }) {
  const { t } = useTranslation("items");
  if (view.given !== null) return t(`views.${view.given as "overdue"}`, { defaultValue: view.name });
  const name = safeLine(view.name);
  return <bdi>{view.owner === null ? name : t("views.by", { name, owner: safeLine(view.owner) })}</bdi>;
}
