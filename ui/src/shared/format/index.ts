export { type Format, makeFormat, nameOf, regionOf, useFormat } from "./format";
export { useNow } from "./use-now";
