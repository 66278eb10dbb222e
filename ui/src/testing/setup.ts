import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// What jsdom lacks and every browser has.
window.matchMedia ??= (query: string) => {
  const width = Number(/min-width: ([\d.]+)px/.exec(query)?.[1] ?? 0);
  const most = Number(/max-width: ([\d.]+)px/.exec(query)?.[1] ?? Number.POSITIVE_INFINITY);
  return {
    matches: /width/.test(query) && window.innerWidth >= width && window.innerWidth <= most,
    media: query,
    onchange: null,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
    dispatchEvent: () => false,
  };
};
window.innerWidth = 1440;
configure({ asyncUtilTimeout: 6_000 });
window.scrollTo = () => undefined;
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;

window.HTMLElement.prototype.scrollIntoView = () => undefined;
window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Object.defineProperty(document, "fonts", { value: { addEventListener: () => undefined, removeEventListener: () => undefined } });

afterEach(() => {
  cleanup();
  window.localStorage.clear();
  vi.unstubAllGlobals();
});
