import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Keyboard, LogOut } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useNavigate } from "react-router";
import { appQuery, type Density, type Language, type ThemeChoice, useApp } from "../../../shared/api/app";
import { logOut, type Preferences, savePreferences } from "../../../shared/api/session";
import { languageNames, languages } from "../../../shared/i18n/messages";
import { useText } from "../../../shared/i18n/text";
import { Avatar } from "../../../shared/ui/avatar";
import { Menu, MenuChoice, MenuItem, MenuLine } from "../../../shared/ui/overlay";
import { remember, setDensity, setTheme, useDensity, useTheme } from "../../../shared/ui/preferences";
import { openKeyboardMap } from "./keyboard_map";

const themes: ThemeChoice[] = ["auto", "light", "dark"];
const densities: Density[] = ["comfortable", "compact", "dense"];

/** A preference acts at once on this device and is kept with the user for the others. */
function useSavePreference() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (preferences: Preferences) => savePreferences(preferences),
    onSuccess: (_, preferences) => {
      if (preferences.language) void client.invalidateQueries({ queryKey: appQuery.queryKey });
    },
  });
}

export function useLogOut(): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return () => {
    void logOut()
      .catch(() => undefined)
      .then(async () => {
        await navigate("/login", { replace: true });
        client.clear();
      });
  };
}

export function AccountMenu() {
  const { t } = useText();
  const { user } = useApp();
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={t("account.menu", { name: user.name })}
          className="grid size-9 shrink-0 place-items-center rounded-full touch:size-11"
        >
          <Avatar name={user.name} size="md" person />
        </button>
      }
    >
      <DropdownMenu.Label className="px-2.5 pt-2 pb-1.5">
        <span className="block font-strong text-body">{user.name}</span>
        <span className="block text-text-3 text-xs">{user.email}</span>
      </DropdownMenu.Label>
      <MenuLine />
      <PreferenceChoices />
      <MenuLine />
      <MenuItem icon={<Keyboard size={16} aria-hidden="true" />} onSelect={openKeyboardMap} shortcut="?">
        {t("keys.title")}
      </MenuItem>
      <LogOutItem />
    </Menu>
  );
}

function LogOutItem() {
  const { t } = useText();
  const logOutNow = useLogOut();
  return (
    <MenuItem icon={<LogOut size={16} aria-hidden="true" />} onSelect={logOutNow}>
      {t("account.log_out")}
    </MenuItem>
  );
}

function PreferenceChoices() {
  const { t, language, setLanguage } = useText();
  const theme = useTheme();
  const density = useDensity();
  const save = useSavePreference();
  const chooseLanguage = (value: Language) => {
    remember("language", value);
    setLanguage(value);
    save.mutate({ language: value });
  };
  return (
    <>
      <MenuChoice
        label={t("preferences.theme")}
        value={theme}
        options={themes.map((value) => ({ value, label: t(`preferences.theme.${value}`) }))}
        onChange={(value) => {
          setTheme(value);
          save.mutate({ theme: value });
        }}
      />
      <MenuChoice
        label={t("preferences.language")}
        value={language}
        options={languages.map((value) => ({ value, label: languageNames[value] }))}
        onChange={chooseLanguage}
      />
      <MenuChoice
        label={t("preferences.density")}
        value={density}
        options={densities.map((value) => ({ value, label: t(`preferences.density.${value}`) }))}
        onChange={(value) => {
          setDensity(value);
          save.mutate({ density: value });
        }}
      />
    </>
  );
}
