import { Button, Switch } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ActionGroup, type ActionId, actions, type KeyAction, pressOf, printed, refusal } from "@/shared/keys";
import type { KeySettings } from "@/shared/settings/settings";
import { useSettingsChange } from "@/shared/settings/use-settings";
import { KeyCap } from "@/shared/ui";
import { NotSaved } from "./field";
import styles from "./settings.module.css";

const GROUPS: readonly ActionGroup[] = ["decide", "why", "look", "move"];

/** Every key can be changed or turned off (WCAG 2.1.4). */
export function KeysSection() {
  const { t } = useTranslation(["settings", "keys"]);
  const { settings, change, error } = useSettingsChange();
  const [waiting, setWaiting] = useState<ActionId | null>(null);
  const set = (part: Partial<KeySettings>) => change({ keys: { ...settings.keys, ...part } });
  const bind = (id: ActionId, key: string | null) => {
    const { [id]: _before, ...others } = settings.keys.bindings;
    set({ bindings: key === null ? others : { ...others, [id]: key } });
    setWaiting(null);
  };
  const isChanged = Object.keys(settings.keys.bindings).length > 0;
  return (
    <div className={styles.section}>
      <NotSaved error={error} />
      <Switch
        label={t("keys.single")}
        description={t("keys.singleWhat")}
        checked={settings.keys.single}
        onChange={(event) => change({ keys: { ...settings.keys, single: event.currentTarget.checked }, keysAsked: true })}
      />
      {GROUPS.map((group) => (
        <section key={group}>
          <h2>{t(`keys:group.${group}`)}</h2>
          <ul className={styles.keys}>
            {actions
              .filter((action) => action.group === group)
              .map((action) => (
                <KeyLine
                  key={action.id}
                  action={action}
                  settings={settings.keys}
                  isWaiting={waiting === action.id}
                  onChangeAsked={() => setWaiting(action.id)}
                  onGivenUp={() => setWaiting(null)}
                  onBound={(key) => bind(action.id, key)}
                />
              ))}
          </ul>
        </section>
      ))}
      {isChanged && (
        <div>
          <Button onClick={() => set({ bindings: {} })}>{t("keys.resetAll")}</Button>
        </div>
      )}
    </div>
  );
}

interface KeyLineProps {
  action: KeyAction;
  settings: KeySettings;
  isWaiting: boolean;
  onChangeAsked: () => void;
  onGivenUp: () => void;
  /** null: back to the default; "": off. */
  onBound: (key: string | null) => void;
}

function KeyLine({ action, settings, isWaiting, onChangeAsked, onGivenUp, onBound }: KeyLineProps) {
  const { t } = useTranslation(["settings", "keys"]);
  const own = settings.bindings[action.id];
  const key = own ?? action.keys[0] ?? "";
  const name = t(`keys:${action.id}`);
  return (
    <li>
      <span className={styles.keyName}>{name}</span>
      {isWaiting ? (
        <KeyCatcher action={action} settings={settings} onBound={onBound} onGivenUp={onGivenUp} />
      ) : (
        <>
          <span className={styles.keyNow}>
            {key === "" ? <span className="quieter">{t("keys.off")}</span> : <KeyCap keys={printed(key)} />}
          </span>
          <span className={styles.keyButtons}>
            <Button size="compact-xs" onClick={onChangeAsked} aria-label={t("keys.changeNamed", { name })}>
              {t("keys.change")}
            </Button>
            {key !== "" && (
              <Button size="compact-xs" variant="subtle" onClick={() => onBound("")} aria-label={t("keys.turnOffNamed", { name })}>
                {t("keys.turnOff")}
              </Button>
            )}
            {own !== undefined && (
              <Button size="compact-xs" variant="subtle" onClick={() => onBound(null)} aria-label={t("keys.resetNamed", { name })}>
                {t("keys.reset")}
              </Button>
            )}
          </span>
        </>
      )}
    </li>
  );
}

/** Takes the next key pressed, unless it is reserved or taken; two presses after each other for a sequence. */
function KeyCatcher({ action, settings, onBound, onGivenUp }: Omit<KeyLineProps, "isWaiting" | "onChangeAsked">) {
  const { t } = useTranslation(["settings", "keys"]);
  const [refused, setRefused] = useState<string | null>(null);
  const isSequence = (action.keys[0] ?? "").includes(" ") && !/^(Ctrl|Shift) /.test(action.keys[0] ?? "");
  const [first, setFirst] = useState<string | null>(null);
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return onGivenUp();
    const pressed = pressOf(event.nativeEvent);
    if (pressed === null) return;
    const single = /^[A-Z0-9]$/.test(pressed);
    if (isSequence && first === null && single) return setFirst(pressed);
    const wanted = first === null ? pressed : `${first} ${pressed}`;
    const why = refusal(action.id, wanted, settings);
    if (why === null) return onBound(wanted);
    setFirst(null);
    setRefused(t(`keys.refused.${why}`, { key: printed(wanted) }));
  };
  return (
    <span className={styles.catcher}>
      <input
        className={styles.catcherInput}
        autoFocus
        readOnly
        value={first === null ? t(isSequence ? "keys.pressTwo" : "keys.press") : `${first} …`}
        aria-label={t("keys.pressFor", { name: t(`keys:${action.id}`) })}
        onKeyDown={press}
        onBlur={onGivenUp}
      />
      {refused !== null && (
        <span role="alert" className="bad small">
          {refused}
        </span>
      )}
    </span>
  );
}
