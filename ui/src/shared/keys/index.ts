export { type ActionGroup, type ActionId, type ActionPlace, actionOf, actions, type KeyAction } from "./actions";
export { type Bindings, isReserved, keysOf, type Refusal, refusal } from "./bindings";
export { dialogIsOpen, isTextField, type KeyHandlers } from "./dispatch";
export { KeyHelp } from "./key-help";
export { KeyOf, printed } from "./key-of";
export { pressOf } from "./press";
export { useKeys, useKeysOf } from "./use-keys";
