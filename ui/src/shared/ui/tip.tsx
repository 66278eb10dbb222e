import { lazy, type ReactElement, Suspense } from "react";

const Tooltip = lazy(() => import("./tooltip"));

/** A word beside something that shows only its sign. Its code comes after the first load. */
export function Tip({ label, isOff = false, children }: { label: string; isOff?: boolean; children: ReactElement }) {
  if (isOff) return children;
  return (
    <Suspense fallback={children}>
      <Tooltip label={label} position="right">
        {children}
      </Tooltip>
    </Suspense>
  );
}
