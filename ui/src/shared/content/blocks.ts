/** A text cut into blocks and inline pieces. Every piece says which stretch of the source it shows. */
import type { Range } from "./ranges";

export type Inline =
  /** Shown one to one: what stands at the offset is what is shown there. */
  | (Range & { readonly kind: "text" })
  /** An escape or entity: one piece of source, another piece of text. */
  | (Range & { readonly kind: "sign"; readonly shown: string })
  | (Range & { readonly kind: "break" })
  | (Range & { readonly kind: "emphasis" | "strong" | "strike"; readonly children: readonly Inline[] })
  | (Range & { readonly kind: "code" })
  /** `address` is null for anything but http and https: such a link is plain text. */
  | (Range & { readonly kind: "link"; readonly children: readonly Inline[]; readonly written: Range; readonly address: string | null })
  | (Range & { readonly kind: "image"; readonly alt: Range; readonly host: string });

export type Align = "start" | "center" | "end";

export type Block =
  | (Range & { readonly kind: "paragraph"; readonly inlines: readonly Inline[] })
  | (Range & { readonly kind: "heading"; readonly level: number; readonly inlines: readonly Inline[] })
  | (Range & { readonly kind: "quote"; readonly blocks: readonly Block[] })
  | (Range & { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly ListItem[] })
  | (Range & { readonly kind: "code"; readonly language: string; readonly lines: readonly Range[] })
  | (Range & { readonly kind: "table"; readonly align: readonly Align[]; readonly head: readonly Cell[]; readonly rows: readonly (readonly Cell[])[] })
  | (Range & { readonly kind: "rule" })
  | (Range & { readonly kind: "gap"; readonly lines: number });

export interface ListItem extends Range {
  readonly marker: string;
  readonly checked: boolean | null;
  readonly blocks: readonly Block[];
}

export interface Cell extends Range {
  readonly inlines: readonly Inline[];
}
