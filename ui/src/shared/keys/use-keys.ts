import { useEffect, useLayoutEffect, useRef } from "react";
import { useSettings } from "@/shared/settings/use-settings";
import { type ActionId } from "./actions";
import { keysOf } from "./bindings";
import { KeyDispatcher, type KeyHandlers, type Layer } from "./dispatch";

const dispatcher = new KeyDispatcher();
let listeners = 0;

function listen(): () => void {
  if (listeners++ === 0) window.addEventListener("keydown", dispatcher.handle);
  return () => {
    if (--listeners === 0) window.removeEventListener("keydown", dispatcher.handle);
  };
}

/** Lets keys act while the component is on screen. The component that came last is asked first. */
export function useKeys(handlers: KeyHandlers, options: { enabled?: boolean; inDialog?: boolean } = {}): void {
  const { enabled = true, inDialog = false } = options;
  const { keys } = useSettings();
  const layer = useRef<Layer>({ handlers, enabled, inDialog });
  useLayoutEffect(() => {
    Object.assign(layer.current, { handlers, enabled, inDialog });
    dispatcher.settings = keys;
  });
  useEffect(() => {
    const own = layer.current;
    const stop = listen();
    const remove = dispatcher.add(own);
    return () => {
      remove();
      stop();
    };
  }, []);
}

/** The keys on the cap of a button; empty when none acts. */
export function useKeysOf(action: ActionId): readonly string[] {
  return keysOf(action, useSettings().keys);
}
