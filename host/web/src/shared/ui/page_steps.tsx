import { ChevronLeft, ChevronRight } from "lucide-react";
import type { PluralKey } from "../i18n/messages";
import { useText } from "../i18n/text";
import { IconButton } from "./overlay";

export interface PageStepsProps {
  meta: { page: number; page_size: number; total: number; pages: number };
  /** How many there are, said where one page has them all. */
  count: PluralKey;
  onPage: (page: number) => void;
}

/** From page to page of a list that is none of records. */
export function PageSteps({ meta, count, onPage }: PageStepsProps) {
  const { t, n, format } = useText();
  const { page, page_size: size, total, pages } = meta;
  if (pages <= 1) return <p className="text-sm text-text-3">{n(count, total)}</p>;
  return (
    <nav aria-label={t("pager.label")} className="flex items-center gap-1.5 text-sm text-text-2">
      <IconButton label={t("pager.previous")} disabled={page <= 1} onClick={() => onPage(page - 1)}>
        <ChevronLeft size={16} aria-hidden="true" />
      </IconButton>
      <span className="px-1.5">
        {t("pager.range", {
          first: format.number((page - 1) * size + 1),
          last: format.number(Math.min(total, page * size)),
          total: format.number(total),
        })}
      </span>
      <IconButton label={t("pager.next")} disabled={page >= pages} onClick={() => onPage(page + 1)}>
        <ChevronRight size={16} aria-hidden="true" />
      </IconButton>
    </nav>
  );
}
