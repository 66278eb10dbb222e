import { type ComponentType, lazy, Suspense, useState } from "react";

/** Runs `work` when the page has nothing better to do. */
function whenIdle(work: () => void): void {
  if (typeof window.requestIdleCallback === "function") window.requestIdleCallback(work, { timeout: 10_000 });
  else setTimeout(work, 2_000);
}

/**
 * A dialog whose code is not part of the first load: it comes when the page is idle, or when it is first opened.
 * Once opened it stays mounted, so that closing gives the focus back.
 */
export function lazyDialog<Props extends { opened: boolean }>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const module = () => load().then((component) => ({ default: component }));
  const Dialog = lazy(module);
  // A failure here is met again, and told, when the dialog is opened.
  whenIdle(() => void module().catch(() => undefined));
  return function LazyDialog(props: Props) {
    const [isNeeded, setIsNeeded] = useState(props.opened);
    if (props.opened && !isNeeded) setIsNeeded(true);
    if (!isNeeded) return null;
    return (
      <Suspense fallback={null}>
        <Dialog {...props} />
      </Suspense>
    );
  };
}
