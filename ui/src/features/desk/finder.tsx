import { Modal, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./finder.module.css";

export interface FinderEntry {
  id: string;
  label: string;
  icon: ReactNode;
  onChosen: () => void;
}

interface FinderProps {
  opened: boolean;
  entries: readonly FinderEntry[];
  onClose: () => void;
  onItemsSearched: (words: string) => void;
}

/** Find anything: places by name, items by their words. */
export function Finder(props: FinderProps) {
  const { t } = useTranslation("desk");
  return (
    <Modal.Root opened={props.opened} onClose={props.onClose} size={560} centered={false} yOffset="12vh" padding={0}>
      <Modal.Overlay />
      <Modal.Content aria-label={t("finder.title")}>
        <Modal.Body>
          <FinderList {...props} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function FinderList({ entries, onClose, onItemsSearched }: FinderProps) {
  const { t } = useTranslation("desk");
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const found = matching(entries, words, {
    id: "search",
    label: t("finder.search", { words: words.trim() }),
    icon: <IconSearch size={16} stroke={1.75} />,
    onChosen: () => onItemsSearched(words.trim()),
  });
  const chosen = found[Math.min(at, found.length - 1)];

  const choose = (entry: FinderEntry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.onChosen();
  };
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setAt((Math.min(at, found.length - 1) + step + found.length) % found.length);
    }
    if (event.key === "Enter") {
      event.preventDefault();
      choose(chosen);
    }
  };
  return (
    <>
      <TextInput
        classNames={{ input: styles.input ?? "" }}
        size="lg"
        variant="unstyled"
        leftSection={<IconSearch size={16} stroke={1.75} />}
        placeholder={t("finder.placeholder")}
        aria-label={t("finder.placeholder")}
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.id}`}
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={move}
        data-autofocus
      />
      <ul className={styles.list} role="listbox" id={`${id}-list`} aria-label={t("finder.title")}>
        {found.map((entry) => (
          <li
            key={entry.id}
            id={`${id}-${entry.id}`}
            role="option"
            aria-selected={entry === chosen}
            className={styles.entry}
            onClick={() => choose(entry)}
          >
            {entry.icon}
            <span>{entry.label}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Entries that hold every word typed; a search for items comes last whenever something was typed. */
export function matching(entries: readonly FinderEntry[], typed: string, search: FinderEntry): FinderEntry[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found = entries.filter((entry) => words.every((word) => entry.label.toLocaleLowerCase().includes(word)));
  return words.length === 0 ? found : [...found, search];
}
