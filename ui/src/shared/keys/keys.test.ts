import { describe, expect, it, vi } from "vitest";
import { type ActionId, actions } from "./actions";
import { isReserved, keysOf, refusal } from "./bindings";
import { KeyDispatcher, type KeyHandlers } from "./dispatch";
import { pressOf } from "./press";
import de from "./locales/de.json";
import en from "./locales/en.json";

const event = (key: string, code = "", more: Partial<KeyboardEventInit> = {}) =>
  ({ key, code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe("pressOf", () => {
  it.each([
    ["a letter by what is printed", event("a", "KeyQ"), "A"],
    ["a letter with Caps Lock", event("A", "KeyA"), "A"],
    ["a Cyrillic layout by position", event("ф", "KeyA"), "A"],
    ["a Greek layout by position", event("ζ", "KeyZ"), "Z"],
    ["a digit on AZERTY without Shift", event("é", "Digit2"), "2"],
    ["a digit on AZERTY with Shift", event("2", "Digit2", { shiftKey: true }), "2"],
    ["a slash on QWERTZ", event("/", "Digit7", { shiftKey: true }), "/"],
    ["a digit of the number pad", event("3", "Numpad3"), "3"],
    ["a question mark", event("?", "Slash", { shiftKey: true }), "?"],
    ["Shift and a letter", event("V", "KeyV", { shiftKey: true }), "Shift V"],
    ["Control and Enter", event("Enter", "Enter", { ctrlKey: true }), "Ctrl Enter"],
    ["Command and Enter", event("Enter", "Enter", { metaKey: true }), "Ctrl Enter"],
    ["Escape", event("Escape", "Escape"), "Esc"],
    ["Alt and a letter", event("a", "KeyA", { altKey: true }), null],
    ["AltGr typing", event("@", "KeyQ", { altKey: true, ctrlKey: true }), null],
    ["Space", event(" ", "Space"), null],
    ["an arrow", event("ArrowDown", "ArrowDown"), null],
  ])("reads %s", (_name, given, wanted) => expect(pressOf(given)).toBe(wanted));
});

describe("the default map", () => {
  it("binds nothing that browsers and screen readers need", () => {
    for (const one of actions) for (const key of one.keys) expect([one.id, isReserved(key)]).toEqual([one.id, false]);
  });
  it("gives no key to two actions of one screen", () => {
    const settings = { single: true, bindings: {} };
    for (const one of actions) for (const key of one.keys) expect([one.id, refusal(one.id, key, settings)]).toEqual([one.id, null]);
  });
  it("has words for each action in both languages", () => {
    for (const { id } of actions) expect([id, typeof en[id], typeof de[id]]).toEqual([id, "string", "string"]);
  });
});

describe("changing keys", () => {
  const settings = { single: true, bindings: { approve: "B", skip: "" } };
  it("uses what was chosen, and nothing for what was turned off", () => {
    expect(keysOf("approve", settings)).toEqual(["B"]);
    expect(keysOf("skip", settings)).toEqual([]);
  });
  it("leaves only keys with a modifier when single keys are off", () => {
    const off = { single: false, bindings: {} };
    expect(keysOf("approve", off)).toEqual([]);
    expect(keysOf("goQueues", off)).toEqual([]);
    expect(keysOf("send", off)).toEqual(["Ctrl Enter"]);
    expect(keysOf("close", off)).toEqual(["Esc"]);
  });
  it.each([
    ["approve", "Tab", "reserved"], ["approve", "Ctrl C", "reserved"], ["approve", "Ctrl Shift K", "reserved"],
    ["approve", "F5", "reserved"], ["approve", "Alt A", "reserved"], ["approve", "E", "taken"], ["approve", "G", "taken"],
    ["approve", "nonsense", "unknown"], ["approve", "S", null], ["approve", "A", null], ["approve", "", null],
    ["open", "A", null],
  ] as [ActionId, string, string | null][])("%s to %j: %s", (id, key, why) => expect(refusal(id, key, settings)).toBe(why));
});

function given(handlers: KeyHandlers, options: { dialog?: boolean; inDialog?: boolean; now?: () => number } = {}) {
  const keys = new KeyDispatcher(options.now ?? (() => 0), () => options.dialog ?? false);
  keys.add({ handlers, enabled: true, inDialog: options.inDialog ?? false });
  const press = (key: string, more: KeyboardEventInit & { target?: HTMLElement; keyCode?: number } = {}) => {
    const { target = document.body, ...init } = more;
    const pressed = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...init });
    target.addEventListener("keydown", keys.handle as unknown as EventListener, { once: true });
    target.dispatchEvent(pressed);
    return pressed;
  };
  return { keys, press };
}

const put = (html: string): HTMLElement => {
  document.body.innerHTML = html;
  return document.body.firstElementChild as HTMLElement;
};

describe("single keys", () => {
  it("act on the page and keep the browser's own from happening", () => {
    const approve = vi.fn();
    const pressed = given({ approve }).press("a");
    expect(approve).toHaveBeenCalledOnce();
    expect(pressed.defaultPrevented).toBe(true);
  });
  it.each([
    ["held", { repeat: true }], ["with Control", { ctrlKey: true }], ["with Command", { metaKey: true }],
    ["with Alt", { altKey: true }], ["while an input method composes", { isComposing: true }],
  ] as [string, KeyboardEventInit][])("do nothing %s", (_name, init) => {
    const approve = vi.fn();
    given({ approve }).press("a", init);
    expect(approve).not.toHaveBeenCalled();
  });
  it.each(["<input>", "<textarea></textarea>", "<select></select>", "<div contenteditable='true'></div>", "<input type=search>", "<ul role=listbox tabindex=0></ul>"])(
    "do nothing in %s",
    (html) => {
      const approve = vi.fn();
      given({ approve }).press("a", { target: put(html) });
      expect(approve).not.toHaveBeenCalled();
    },
  );
  it("act on a button, which letters do not press", () => {
    const approve = vi.fn();
    given({ approve }).press("a", { target: put("<button>Skip</button>") });
    expect(approve).toHaveBeenCalledOnce();
  });
  it("leave Enter to the button that has the focus", () => {
    const nextItem = vi.fn();
    given({ nextItem }).press("Enter", { target: put("<button>Copy</button>") });
    expect(nextItem).not.toHaveBeenCalled();
  });
  it("do nothing under an open dialog, but act in its own layer", () => {
    const approve = vi.fn();
    given({ approve }, { dialog: true }).press("a");
    expect(approve).not.toHaveBeenCalled();
    given({ approve }, { dialog: true, inDialog: true }).press("a");
    expect(approve).toHaveBeenCalledOnce();
  });
});

describe("keys with a modifier", () => {
  it("act in a text field too", () => {
    const send = vi.fn();
    given({ send }).press("Enter", { ctrlKey: true, target: put("<textarea></textarea>") });
    expect(send).toHaveBeenCalledOnce();
  });
  it("act when single keys are off", () => {
    const send = vi.fn();
    const approve = vi.fn();
    const { keys, press } = given({ send, approve });
    keys.settings = { single: false, bindings: {} };
    press("Enter", { ctrlKey: true });
    press("a");
    expect(send).toHaveBeenCalledOnce();
    expect(approve).not.toHaveBeenCalled();
  });
});

describe("sequences", () => {
  it("act on the second key, in time", () => {
    let now = 0;
    const goQueues = vi.fn();
    const { press } = given({ goQueues }, { now: () => now });
    press("g");
    press("q");
    expect(goQueues).toHaveBeenCalledOnce();
    press("g");
    now = 1_500;
    press("q");
    expect(goQueues).toHaveBeenCalledOnce();
  });
  it("go to the topmost layer that knows the action", () => {
    const below = vi.fn();
    const above = vi.fn();
    const { keys, press } = given({ next: below });
    const remove = keys.add({ handlers: { next: above }, enabled: true, inDialog: false });
    press("j");
    remove();
    press("j");
    expect([above.mock.calls.length, below.mock.calls.length]).toEqual([1, 1]);
  });
});
