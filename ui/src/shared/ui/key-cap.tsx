import styles from "./ui.module.css";

/** What is printed on a key; `G Q` are two keys after each other, `Ctrl Enter` one chord. */
export function KeyCap({ keys, on }: { keys: string; on?: "accent" }) {
  const parts = /^(Ctrl|Shift|Alt|⌘) /.test(keys) ? [keys] : keys.split(" ");
  return (
    <span className={styles.caps}>
      {parts.map((part) => (
        <kbd key={part} className={styles.cap} data-on={on}>
          {part}
        </kbd>
      ))}
    </span>
  );
}
