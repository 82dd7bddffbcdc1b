import { keptReasons } from "../../../shared/api/privacy";
import { useText } from "../../../shared/i18n/text";

/** What an erasure leaves, each with its reason. */
export function KeptList({ kept }: { kept: string[] }) {
  const { t } = useText();
  if (kept.length === 0) return null;
  return (
    <div className="grid gap-1 text-body">
      <p className="font-medium">{t("privacy.kept")}</p>
      <ul className="grid list-disc gap-1 ps-5 text-text-2 leading-read">
        {keptReasons
          .filter((one) => kept.includes(one))
          .map((one) => (
            <li key={one}>{t(`privacy.kept.${one}`)}</li>
          ))}
      </ul>
    </div>
  );
}
