/** The moment of `2026-11-21T10:41` in the person's own zone, as the API takes it; none for what is not whole. */
export function momentOf(local: string): string | undefined {
  const moment = new Date(local);
  return local === "" || Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

/** The same the other way round, for a field of the form. */
export function localOf(moment: string | undefined): string {
  const at = new Date(moment ?? "");
  if (Number.isNaN(at.getTime())) return "";
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
