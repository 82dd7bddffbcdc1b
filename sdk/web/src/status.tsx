import type { ReactNode } from "react";
import { classNames } from "./class_names";
import type { Tone } from "./types";

const colours: Record<Tone, string> = {
  ok: "text-ok",
  info: "text-info",
  warn: "text-warn",
  danger: "text-danger",
  draft: "text-text-3",
  off: "text-text-3",
};

const soft: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok-text",
  info: "bg-info-soft text-info-text",
  warn: "bg-warn-soft text-warn-text",
  danger: "bg-danger-soft text-danger-text",
  draft: "bg-muted text-text-2",
  off: "bg-muted text-text-2",
};

function shape(tone: Tone): ReactNode {
  switch (tone) {
    case "ok":
      return <circle cx="6" cy="6" r="4.5" fill="currentColor" />;
    case "info":
      return (
        <>
          <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" />
          <path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" />
        </>
      );
    case "warn":
      return <path d="M6 1.4 11.2 10.6H.8z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />;
    case "danger":
      return (
        <>
          <path d="M3.8.9h4.4l2.9 2.9v4.4l-2.9 2.9H3.8L.9 8.2V3.8z" fill="currentColor" />
          <path d="M3.6 6h4.8" stroke="var(--surface)" strokeWidth="1.8" />
        </>
      );
    case "draft":
      return (
        <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 1.8" />
      );
    case "off":
      return <path d="M1.5 6h9" stroke="currentColor" strokeWidth="1.8" />;
  }
}

/** The shape alone, 12 px, for places where the word stands beside it already. */
export function StatusShape({ tone, className }: { tone: Tone; className?: string }) {
  return (
    <svg
      viewBox="0 0 12 12"
      aria-hidden="true"
      className={classNames("size-[0.78em] min-w-[10px] shrink-0", colours[tone], className)}
    >
      {shape(tone)}
    </svg>
  );
}

export interface StatusProps {
  tone: Tone;
  /** On a soft ground, for a head; in tables it stands without one. */
  badge?: boolean;
  children: ReactNode;
  className?: string;
}

/** A status: a shape, a colour and a word. */
export function Status({ tone, badge, children, className }: StatusProps) {
  return (
    <span
      className={classNames(
        "inline-flex items-center gap-1.5 whitespace-nowrap",
        badge && "rounded-tag px-2 py-0.5 font-medium text-sm",
        badge ? soft[tone] : "text-text",
        className,
      )}
    >
      <StatusShape tone={tone} />
      {children}
    </span>
  );
}
