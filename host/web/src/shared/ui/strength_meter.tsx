import { Gauge } from "@opsflux/ui";
import { type PasswordJudgement, type PasswordOwner, usePasswordCheck } from "../api/password_check";
import type { Key } from "../i18n/messages";
import { useText } from "../i18n/text";

const words: Key[] = ["strength.0", "strength.1", "strength.2", "strength.3", "strength.4"];

/** What stands beside the word: why it is not enough yet. */
function adviceOf({ acceptable, reason, hints }: PasswordJudgement): Key | undefined {
  if (acceptable) return undefined;
  if (reason === "identity.password_short") return "strength.too_short";
  if (reason === "identity.password_breached") return "strength.breached";
  const [hint] = hints;
  return hint && `strength.hint.${hint}`;
}

/** How hard a new password is to guess, as the server judges it while one types. */
export function StrengthMeter({ password, ...owner }: PasswordOwner & { password: string }) {
  const { t } = useText();
  const judgement = usePasswordCheck(password, owner);
  if (!judgement) return null;
  const word = words[judgement.score] ?? "strength.0";
  const advice = adviceOf(judgement);
  return (
    <div role="status" aria-label={t("strength.title")} className="flex items-center gap-2.5 text-xs">
      <Gauge
        value={judgement.score}
        max={4}
        notches={4}
        tone={judgement.acceptable ? "ok" : "warn"}
        className="shrink-0 [--notch-w:18px]"
      />
      <span className="text-text-2">
        {t(word)}
        {advice && ` · ${t(advice)}`}
      </span>
    </div>
  );
}
