import { OctagonMinus } from "lucide-react";
import type { ReactNode } from "react";

/** A refusal that belongs to no single field. */
export function FormAlert({ children }: { children: ReactNode }) {
  return (
    <div
      role="alert"
      className="flex gap-2 rounded-control border border-danger-line bg-danger-soft px-3 py-2.5 text-body text-text leading-read"
    >
      <OctagonMinus size={16} className="mt-0.5 shrink-0 text-danger" aria-hidden="true" />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
