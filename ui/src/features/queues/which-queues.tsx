import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** One's own queues, or all of the project; fetched for leads alone, whom it concerns. */
export default function WhichQueues({ showsAll, onAllChosen }: { showsAll: boolean; onAllChosen: (all: boolean) => void }) {
  const { t } = useTranslation("queues");
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("which")}
      value={showsAll ? "all" : "mine"}
      onChange={(value) => onAllChosen(value === "all")}
      data={[
        { value: "mine", label: t("mine") },
        { value: "all", label: t("all") },
      ]}
    />
  );
}
