import { useMutation, useQueryClient } from "@tanstack/react-query";
import { appQuery, type Density, type ThemeChoice } from "../api/app";
import { type Preferences, savePreferences } from "../api/session";
import { type LanguageCode, languageNames, languages } from "../i18n/messages";
import { useText } from "../i18n/text";
import { ChoiceRow } from "./choice_row";
import { remember, rememberQuietly, setDensity, setTheme, useDensity, useTheme } from "./preferences";

const themes: ThemeChoice[] = ["auto", "light", "dark"];
const densities: Density[] = ["comfortable", "compact", "dense"];

/** A preference acts at once on this device and is kept with the user for the others. */
function useSavePreference() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (preferences: Preferences) => savePreferences(preferences),
    onSuccess: (_, preferences) => {
      // Labels of menus come from the server in the user's language.
      if (preferences.language) void client.invalidateQueries({ queryKey: appQuery.queryKey });
    },
  });
}

/** Theme, language and density: each acts at once. */
export function PreferenceChoices() {
  const { t, language, setLanguage } = useText();
  const theme = useTheme();
  const density = useDensity();
  const save = useSavePreference();
  const chooseLanguage = (value: LanguageCode) => {
    rememberQuietly("language", value);
    setLanguage(value);
    // Other devices ask for labels in it as soon as they hear of it, so the record comes first.
    save.mutate({ language: value }, { onSuccess: () => remember("language", value) });
  };
  return (
    <div className="grid gap-2.5">
      <ChoiceRow
        label={t("preferences.theme")}
        value={theme}
        options={themes.map((value) => ({ value, label: t(`preferences.theme.${value}`) }))}
        onChange={(value) => {
          setTheme(value);
          save.mutate({ theme: value });
        }}
      />
      <ChoiceRow
        label={t("preferences.language")}
        value={language}
        options={languages.map((value) => ({ value, label: languageNames[value] }))}
        onChange={chooseLanguage}
      />
      <ChoiceRow
        label={t("preferences.density")}
        value={density}
        options={densities.map((value) => ({ value, label: t(`preferences.density.${value}`) }))}
        onChange={(value) => {
          setDensity(value);
          save.mutate({ density: value });
        }}
      />
    </div>
  );
}
