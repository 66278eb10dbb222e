import type { ActionId } from "./actions";
import styles from "./key-of.module.css";
import { useKeysOf } from "./use-keys";

const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform);
/** What is printed on the key. */
export const printed = (key: string): string => (isMac() ? key.replace("Ctrl ", "⌘ ") : key);

/** The key cap on a button; nothing when no key acts. For screen readers the keys stand in the help, not on each button. */
export function KeyOf({ action, dim = false }: { action: ActionId; dim?: boolean }) {
  const keys = useKeysOf(action);
  if (keys.length === 0) return null;
  return (
    <kbd className={styles.cap} data-button="" data-dim={dim || undefined} aria-hidden="true">
      {printed(keys[0] ?? "")}
    </kbd>
  );
}
