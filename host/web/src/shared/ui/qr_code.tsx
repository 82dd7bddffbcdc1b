import type { Enrolment } from "../api/factors";
import { useText } from "../i18n/text";

/** Dark on white in both themes: that is what cameras read. */
export function QrCode({ qr }: Pick<Enrolment, "qr">) {
  const { t } = useText();
  return (
    <svg
      role="img"
      aria-label={t("factor.qr")}
      viewBox={`0 0 ${qr.size} ${qr.size}`}
      shapeRendering="crispEdges"
      className="size-48 rounded-card border border-line bg-white"
    >
      <path d={qr.path} fill="#000" />
    </svg>
  );
}
