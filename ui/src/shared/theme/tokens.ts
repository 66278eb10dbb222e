/**
 * The only file in which a colour is named. A test computes the contrast of every pair that is used together,
 * lint refuses a colour anywhere else.
 */
export const light = {
  canvas: "#F5F6F7",
  surface: "#FFFFFF",
  sunken: "#ECEEF0",
  line: "#DEE2E6",
  edge: "#828C96",
  ink: "#1A2026",
  "ink-2": "#46505A",
  "ink-3": "#5F6A74",
  accent: "#2855C0",
  "accent-soft": "#E6EDFA",
  "on-accent": "#FFFFFF",
  ok: "#1B7145",
  "ok-soft": "#E1F2E8",
  warn: "#865400",
  "warn-soft": "#FBEFD5",
  bad: "#B0261C",
  "bad-soft": "#FBE7E4",
  mark: "#FBE3B0",
  evid: "#CFEBEA",
  ins: "#D5F0DF",
  del: "#FADCD8",
  veil: "rgba(20, 28, 36, 0.44)",
  shadow: "0 1px 2px rgba(20, 28, 36, 0.05), 0 8px 24px rgba(20, 28, 36, 0.12)",
} as const;

export type Token = keyof typeof light;

export const dark: Record<Token, string> = {
  canvas: "#131619",
  surface: "#1B1F23",
  sunken: "#0E1012",
  line: "#2B3137",
  edge: "#6F7A85",
  ink: "#E7EAED",
  "ink-2": "#B4BDC6",
  "ink-3": "#929DA8",
  accent: "#8FB2FF",
  "accent-soft": "#1D2A45",
  "on-accent": "#0C1425",
  ok: "#6FCB99",
  "ok-soft": "#16301F",
  warn: "#E5B45A",
  "warn-soft": "#352709",
  bad: "#F58F84",
  "bad-soft": "#3B1A17",
  mark: "#4A3608",
  evid: "#143F41",
  ins: "#173B25",
  del: "#4A201C",
  veil: "rgba(4, 6, 8, 0.6)",
  shadow: "0 1px 2px rgba(0, 0, 0, 0.3), 0 8px 24px rgba(0, 0, 0, 0.45)",
};

/** Text colours and the grounds they stand on: at least 4.5 to 1. */
export const textPairs: readonly (readonly [Token, Token])[] = [
  ...(["canvas", "surface", "sunken"] as const).flatMap((ground) =>
    (["ink", "ink-2", "ink-3"] as const).map((ink) => [ink, ground] as const),
  ),
  ["ink", "accent-soft"],
  ["ink-2", "accent-soft"],
  ["accent", "canvas"],
  ["accent", "surface"],
  ["accent", "sunken"],
  ["accent", "accent-soft"],
  ["on-accent", "accent"],
  ["ok", "surface"],
  ["ok", "canvas"],
  ["ok", "ok-soft"],
  ["warn", "surface"],
  ["warn", "canvas"],
  ["warn", "warn-soft"],
  ["bad", "surface"],
  ["bad", "canvas"],
  ["bad", "bad-soft"],
  ["ink", "ok-soft"],
  ["ink", "warn-soft"],
  ["ink", "bad-soft"],
  ["ink", "mark"],
  ["ink", "evid"],
  ["ink", "ins"],
  ["ink", "del"],
];

/** Borders of controls and the focus ring: at least 3 to 1. */
export const borderPairs: readonly (readonly [Token, Token])[] = [
  ["edge", "surface"],
  ["edge", "canvas"],
  ["accent", "surface"],
  ["accent", "canvas"],
  ["accent", "sunken"],
  ["accent", "accent-soft"],
  ["warn", "mark"],
];
