import { MarkedLine, useLineLayout } from "./marked-line";

const NO_MARKS: readonly never[] = [];

/** A short text of somebody else inside a sentence of ours: isolated, with hidden characters as boxes. */
export function Words({ text }: { text: string }) {
  const layout = useLineLayout(text);
  return <MarkedLine layout={layout} from={0} to={text.length} marks={NO_MARKS} />;
}
