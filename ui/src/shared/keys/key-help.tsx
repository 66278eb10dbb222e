import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSettings } from "@/shared/settings/use-settings";
import { type ActionGroup, actions } from "./actions";
import { keysOf } from "./bindings";
import styles from "./key-help.module.css";
import { printed } from "./key-of";
import caps from "./key-of.module.css";

const GROUPS: readonly ActionGroup[] = ["decide", "why", "look", "move"];

/** The map of all keys, as they are set now. */
export function KeyHelp({ opened, onClose, settingsLink }: { opened: boolean; onClose: () => void; settingsLink?: string }) {
  const { t } = useTranslation("keys");
  const { keys } = useSettings();
  return (
    <Modal opened={opened} onClose={onClose} title={t("title")} size={980} closeButtonProps={{ "aria-label": t("closeHelp") }}>
      <p className="meta">
        {keys.single ? t("singleOn") : t("singleOff")} {settingsLink && <a href={settingsLink}>{t("change")}</a>}
      </p>
      <div className={styles.groups}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{t(`group.${group}`)}</h3>
            <dl>
              {actions
                .filter((one) => one.group === group)
                .map((one) => {
                  const now = keysOf(one.id, keys);
                  return (
                    <div key={one.id} className={styles.line}>
                      <dt>{t(one.id)}</dt>
                      <dd>
                        {now.length === 0 ? (
                          <span className="quieter">{t("off")}</span>
                        ) : (
                          parts(now[0] ?? "").map((part, at) => (
                            <kbd key={at} className={caps.cap}>
                              {part}
                            </kbd>
                          ))
                        )}
                      </dd>
                    </div>
                  );
                })}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

/** A sequence has one cap for each key, a press with a modifier has one. */
const parts = (key: string): string[] => (/^(Ctrl|Shift) /.test(key) ? [printed(key)] : key.split(" "));
