import { IconCheck } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { nameOf } from "@/shared/format";
import controls from "./controls.module.css";
import styles from "./picker.module.css";

interface PickerProps {
  label: string;
  options: readonly string[];
  chosen: readonly string[];
  /** `many`: Enter toggles and the list stays; `one`: Enter takes it and the list closes. */
  kind: "many" | "one";
  onToggle: (option: string) => void;
  onClose: () => void;
}

/** A list to type into: letters find, arrows move, Enter takes, Esc closes. */
export function Picker({ label, options, chosen, kind, onToggle, onClose }: PickerProps) {
  const { t } = useTranslation("review");
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const words = typed.trim().toLocaleLowerCase();
  const found = options.filter((option) => nameOf(option).toLocaleLowerCase().includes(words) || option.includes(words));
  const current = Math.min(at, found.length - 1);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    const onDown = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose();
    };
    document.addEventListener("pointerdown", onDown);
    return () => document.removeEventListener("pointerdown", onDown);
  }, [onClose]);
  const take = (option: string | undefined) => {
    if (option === undefined) return;
    onToggle(option);
    setTyped("");
    if (kind === "one") onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    switch (event.key) {
      case "ArrowDown":
        setAt(Math.min(current + 1, found.length - 1));
        break;
      case "ArrowUp":
        setAt(Math.max(current - 1, 0));
        break;
      case "Enter":
        if (event.ctrlKey || event.metaKey) return;
        take(found[current]);
        break;
      case "Escape":
        onClose();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={box} className={styles.picker}>
      <input
        ref={input}
        className={controls.input}
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={found[current] === undefined ? undefined : `${id}-${current}`}
        aria-autocomplete="list"
        aria-label={label}
        placeholder={t("picker.type")}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} aria-multiselectable={kind === "many"}>
        {found.map((option, place) => (
          <li
            key={option}
            id={`${id}-${place}`}
            role="option"
            aria-selected={chosen.includes(option)}
            data-current={place === current || undefined}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(option)}
          >
            <span className={styles.tick}>{chosen.includes(option) && <IconCheck size={14} stroke={1.75} aria-hidden="true" />}</span>
            {nameOf(option)}
          </li>
        ))}
        {found.length === 0 && <li className="quieter">{t("picker.none")}</li>}
      </ul>
    </div>
  );
}
