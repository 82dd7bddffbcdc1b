import { classNames } from "@opsflux/ui";
import { type ReactNode, useEffect, useState } from "react";
import { useText } from "../i18n/text";

const showAfter = 150;
const explainAfter = 3000;

/** True once `ms` have gone by since this was first drawn. */
function useLater(ms: number): boolean {
  const [later, setLater] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return later;
}

export function Bar({ className }: { className?: string }) {
  return (
    <span
      className={classNames(
        "block h-3 animate-wait rounded-tag bg-muted motion-reduce:animate-none",
        className,
      )}
    />
  );
}

/** Nothing for a moment, then the shape of what comes, then a line that says what is awaited. */
export function Waiting({ what, children }: { what: string; children: ReactNode }) {
  const { t } = useText();
  const visible = useLater(showAfter);
  const long = useLater(explainAfter);
  if (!visible) return null;
  return (
    <div role="status" aria-label={what}>
      <div aria-hidden="true">{children}</div>
      {long && <p className="px-4 py-3 text-text-3 text-xs">{t("state.waiting", { what })}</p>}
    </div>
  );
}

export function RowSkeletons({ rows = 8 }: { rows?: number }) {
  return Array.from({ length: rows }, (_, row) => (
    <div
      // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
      key={row}
      className="flex h-(--row-h) items-center gap-4 border-line-soft border-b px-4"
    >
      <Bar className="size-5" />
      <Bar className="w-48" />
      <Bar className="ml-auto w-20 touch:hidden" />
      <Bar className="w-28 touch:hidden" />
    </div>
  ));
}

export function PageSkeleton() {
  return (
    <div className="p-6 touch:p-4">
      <div className="mb-8 flex items-center gap-4">
        <Bar className="size-13 rounded-card" />
        <div className="grid gap-2">
          <Bar className="h-6 w-56" />
          <Bar className="w-36" />
        </div>
      </div>
      <div className="grid max-w-3xl gap-4">
        <Bar className="w-full" />
        <Bar className="w-4/5" />
        <Bar className="w-2/3" />
      </div>
    </div>
  );
}
