export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" className="shrink-0">
      <rect width="24" height="24" rx="6" className="fill-accent" />
      <g className="fill-on-accent">
        <rect x="5" y="12.5" width="2.7" height="5.5" rx=".6" />
        <rect x="8.8" y="9" width="2.7" height="9" rx=".6" />
        <rect x="12.6" y="6" width="2.7" height="12" rx=".6" />
        <rect x="16.4" y="10.5" width="2.7" height="7.5" rx=".6" />
      </g>
    </svg>
  );
}
