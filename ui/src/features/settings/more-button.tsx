import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Note, useSentence } from "@/shared/ui";

interface MoreButtonProps {
  /** A list that comes page after page. */
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; isFetchNextPageError: boolean; error: Error | null; fetchNextPage: () => unknown };
}

/** Below a list of which only the beginning is shown. */
export function MoreButton({ list }: MoreButtonProps) {
  const { t } = useTranslation("settings");
  const sentence = useSentence();
  if (!list.hasNextPage) return null;
  return (
    <div>
      {list.isFetchNextPageError && list.error !== null && (
        <Note tone="bad" role="alert">
          {sentence(list.error)}
        </Note>
      )}
      <Button size="xs" onClick={() => void list.fetchNextPage()} aria-disabled={list.isFetchingNextPage}>
        {t("more")}
      </Button>
    </div>
  );
}
