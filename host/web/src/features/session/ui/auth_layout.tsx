import type { ReactNode } from "react";
import { type LanguageCode, languageNames, languages } from "../../../shared/i18n/messages";
import { useText } from "../../../shared/i18n/text";
import { Logo } from "../../../shared/ui/logo";
import { remember } from "../../../shared/ui/preferences";

/** The sheet for those who are not signed in yet. */
export interface AuthLayoutProps {
  title: string;
  intro?: ReactNode;
  /** Told when somebody chooses a language here. */
  onLanguage?: (language: LanguageCode) => void;
  children: ReactNode;
}

export function AuthLayout({ title, intro, onLanguage, children }: AuthLayoutProps) {
  return (
    <main className="grid h-full content-start justify-items-center gap-6 overflow-y-auto bg-canvas px-4 pt-[12dvh] pb-8 touch:pt-8">
      <div className="flex items-center gap-2.5">
        <Logo size={28} />
        <span className="font-strong text-xl tracking-title">OpsFlux</span>
      </div>
      <div className="w-full max-w-sm rounded-sheet border border-line bg-surface p-6 shadow-e1 touch:p-5">
        <h1 className="font-strong text-xl leading-tight tracking-title">{title}</h1>
        {intro && <div className="mt-2 text-body text-text-2 leading-read">{intro}</div>}
        {children}
      </div>
      <LanguageSwitch onChoose={onLanguage} />
    </main>
  );
}

function LanguageSwitch({ onChoose }: { onChoose: AuthLayoutProps["onLanguage"] }) {
  const { t, language, setLanguage } = useText();
  return (
    <fieldset className="flex flex-wrap justify-center gap-1">
      <legend className="sr-only">{t("preferences.language")}</legend>
      {languages.map((code) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-pressed={code === language}
          onClick={() => {
            remember("language", code);
            setLanguage(code);
            onChoose?.(code);
          }}
          className="rounded-control px-2.5 py-1.5 text-sm text-text-2 hover:bg-muted aria-pressed:font-medium aria-pressed:text-text touch:min-h-11"
        >
          {languageNames[code]}
        </button>
      ))}
    </fieldset>
  );
}
