import { ChevronLeft, ChevronRight } from "lucide-react";
import { useText } from "../../../shared/i18n/text";
import { IconButton } from "../../../shared/ui/overlay";
import type { MailList } from "../api/mail";

export interface MailPagerProps {
  meta: MailList["meta"];
  onPage: (page: number) => void;
}

export function MailPager({ meta, onPage }: MailPagerProps) {
  const { t, n, format } = useText();
  const { page, page_size: size, total, pages } = meta;
  if (pages <= 1) return <p className="text-sm text-text-3">{n("mail.count", total)}</p>;
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
