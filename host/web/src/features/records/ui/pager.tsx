import type { ListResult } from "@opsflux/ui";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import { type ListControl, pageSizes } from "../api/list_state";

export function Pager({ list, meta }: { list: ListControl; meta: ListResult["meta"] }) {
  const { t, format } = useText();
  if (meta.total <= (pageSizes[0] ?? 25)) return null;
  const first = (meta.page - 1) * meta.page_size + 1;
  const last = Math.min(meta.total, meta.page * meta.page_size);
  const go = (page: number) => list.set({ page: String(page) });
  return (
    <nav aria-label={t("pager.label")} className="flex items-center gap-1.5 text-sm text-text-2">
      <label className="flex items-center gap-1.5 touch:hidden">
        <span className="sr-only">{t("pager.size")}</span>
        <select
          className="choice h-7 rounded-control border border-line pl-2 text-sm"
          value={list.pageSize}
          onChange={(event) => list.set({ size: event.target.value })}
        >
          {pageSizes.map((size) => (
            <option key={size} value={size}>
              {t("pager.per_page", { size })}
            </option>
          ))}
        </select>
      </label>
      <span className="px-1.5 whitespace-nowrap">
        {t("pager.range", {
          first: format.number(first),
          last: format.number(last),
          total: format.number(meta.total),
        })}
      </span>
      <IconButton
        label={t("pager.previous")}
        className="h-7!"
        disabled={meta.page <= 1}
        onClick={() => go(meta.page - 1)}
      >
        <ChevronLeft size={16} aria-hidden="true" />
      </IconButton>
      <IconButton
        label={t("pager.next")}
        className="h-7!"
        disabled={meta.page >= meta.pages}
        onClick={() => go(meta.page + 1)}
      >
        <ChevronRight size={16} aria-hidden="true" />
      </IconButton>
    </nav>
  );
}
