/** The sign of the product. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 22 22" aria-hidden="true">
      <path d="M6 10.5V18M11 6.8V18M16.5 5V18" stroke="var(--ink-2)" strokeWidth="1.5" strokeLinecap="round" fill="none" />
      <path
        d="M2.5 12.5 10 6q1.2-1 2.6-1H19.5"
        stroke="var(--accent)"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
        fill="none"
      />
    </svg>
  );
}
