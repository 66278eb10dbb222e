import { IconBan, IconCheck, IconClock, IconPencil, IconSend, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ItemShort } from "@/api/schema";
import styles from "./items.module.css";

type Known = Pick<ItemShort, "status" | "verdict" | "source">;

/** What became of an item, in one word and one sign. */
export function OutcomeTag({ item }: { item: Known }) {
  const { t } = useTranslation(["items", "common"]);
  const size = { size: 14, stroke: 1.75, "aria-hidden": true } as const;
  if (item.verdict === "edit") return tag("accent", <IconPencil {...size} />, t("common:verdict.edit"));
  if (item.verdict === "reject") return tag("bad", <IconX {...size} />, t("common:verdict.reject"));
  if (item.verdict === "approve") return tag("ok", <IconCheck {...size} />, t("common:verdict.approve"));
  if (item.status === "blocked") return tag("bad", <IconBan {...size} />, t("common:status.blocked"));
  if (item.status === "pending") return tag("quiet", <IconClock {...size} />, t("common:status.pending"));
  const how = item.source === null ? t("common:status.released") : t(`source.${item.source as "auto"}`, { defaultValue: item.source });
  return tag("quiet", <IconSend {...size} />, how);
}

function tag(tone: string, icon: React.ReactNode, word: string) {
  return (
    <span className={`${styles.tag} ${tone}`}>
      {icon}
      {word}
    </span>
  );
}
