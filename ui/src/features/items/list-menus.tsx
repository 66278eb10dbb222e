import { Button, Menu } from "@mantine/core";
import { IconCheck, IconColumns, IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { writeSearch } from "@/shared/links/items-url";
import { useMay } from "@/shared/session/project";
import { Note, useSentence } from "@/shared/ui";
import { keepSheet } from "./api/get-sheet";
import { ALWAYS, type Column, COLUMNS } from "./columns";
import type { SearchWords } from "./filters";
import styles from "./items.module.css";

/** Which columns the list shows. */
export function ColumnsMenu({ columns, onChosen }: { columns: readonly Column[]; onChosen: (columns: readonly Column[]) => void }) {
  const { t } = useTranslation("items");
  const toggle = (column: Column) =>
    onChosen(COLUMNS.filter((one) => (one === column ? !columns.includes(one) : columns.includes(one))));
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="subtle" leftSection={<IconColumns size={16} stroke={1.75} />}>
          {t("columns")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {COLUMNS.filter((one) => !ALWAYS.includes(one)).map((column) => {
          const isShown = columns.includes(column);
          return (
            <Menu.Item
              key={column}
              role="menuitemcheckbox"
              aria-checked={isShown}
              leftSection={<IconCheck size={16} stroke={1.75} visibility={isShown ? "visible" : "hidden"} />}
              onClick={() => toggle(column)}
            >
              {t(`column.${column}`)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Leads to the form of a new export, with those filters of the list that exports know. */
export function ExportLink({ search }: { search: SearchWords }) {
  const { t } = useTranslation("items");
  if (!useMay("exports.write")) return null;
  return (
    <Button size="sm" component="a" href={`/exports${writeSearch({ new: true, ...search })}`} title={t("exportLong")}>
      {t("export")}
    </Button>
  );
}

/** Saves the whole list as a sheet. */
export function SheetButton({ search }: { search: SearchWords }) {
  const { t } = useTranslation("items");
  const sentence = useSentence();
  const [state, setState] = useState<"idle" | "busy" | Error>("idle");
  const keep = () => {
    setState("busy");
    keepSheet(search).then(
      () => setState("idle"),
      (error: unknown) => setState(error instanceof Error ? error : new Error(String(error))),
    );
  };
  return (
    <>
      <Button
        size="sm"
        leftSection={<IconDownload size={16} stroke={1.75} />}
        aria-label={t("sheetLong")}
        aria-disabled={state === "busy"}
        onClick={() => state !== "busy" && keep()}
      >
        <span aria-live="polite">{t(state === "busy" ? "sheetBusy" : "sheet")}</span>
      </Button>
      {state instanceof Error && (
        <div className={styles.sheetError}>
          <Note tone="bad" role="alert">
            {sentence(state)}
          </Note>
        </div>
      )}
    </>
  );
}
