import { Button, classNames } from "@opsflux/ui";
import { Copy, OctagonMinus } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError, unreachable, unreadable } from "../api/api_error";
import type { Text } from "../i18n/text";
import { useText } from "../i18n/text";

/** What went wrong in the user's words; the server answers in the user's language already. */
export function errorText(text: Text, error: unknown): string {
  if (!(error instanceof ApiError)) return text.t("error.unexpected");
  if (error.code === unreachable) return text.t("error.unreachable");
  if (error.code === unreadable) return text.t("error.unreadable");
  return error.problem.detail ?? error.problem.title ?? text.t("error.unexpected");
}

/** What support needs to find the case in the log. */
function errorCode(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : undefined;
  return [error.code, error.problem.trace_id].filter(Boolean).join(" · ");
}

export interface NoticeProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** Fills its place instead of standing at its top. */
  centred?: boolean;
  className?: string;
}

/** One sentence and one action, in place of what is not there. */
export function Notice({ icon, title, children, action, centred, className }: NoticeProps) {
  // What fills the page is the page, and has its heading.
  const Title = centred ? "h1" : "p";
  return (
    <div
      className={classNames(
        "mx-auto grid max-w-md justify-items-center gap-2 px-6 py-12 text-center",
        centred && "min-h-full content-center",
        className,
      )}
    >
      {icon && (
        <span className="mb-1 grid size-10 place-items-center rounded-card border border-line text-text-3">
          {icon}
        </span>
      )}
      <Title className="font-strong text-lg">{title}</Title>
      {children && <div className="text-body text-text-2 leading-read">{children}</div>}
      {action && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

/** In place of the part that failed, and only there. */
export function Failure({ error, title, onRetry, page, className }: FailureProps) {
  const Title = page ? "h1" : "p";
  const text = useText();
  const code = errorCode(error);
  return (
    <div role="alert" className={classNames("mx-auto max-w-lg px-6 py-10", className)}>
      <div className="rounded-card border border-danger-line bg-danger-soft p-4">
        <Title className="flex items-center gap-2 font-strong text-body text-danger-text">
          <OctagonMinus size={16} aria-hidden="true" />
          {title ?? text.t("error.part")}
        </Title>
        <p className="mt-1.5 text-body text-text leading-read">{errorText(text, error)}</p>
        <div className="mt-3 flex flex-wrap items-center gap-2">
          {onRetry && <Button onClick={onRetry}>{text.t("action.retry")}</Button>}
          {code && <CopyCode code={code} />}
        </div>
      </div>
    </div>
  );
}

export interface FailureProps {
  error: unknown;
  /** In place of a whole page, whose heading it then is. */
  page?: boolean;
  title?: string;
  onRetry?: () => void;
  className?: string;
}

export function CopyCode({ code }: { code: string }) {
  const { t } = useText();
  return (
    <Button kind="quiet" className="max-w-full" onClick={() => void navigator.clipboard.writeText(code)}>
      <span className="min-w-0 max-w-72 truncate font-mono text-xs text-text-2">{code}</span>
      <span className="sr-only">{t("action.copy_code")}</span>
      <Copy size={14} aria-hidden="true" />
    </Button>
  );
}
