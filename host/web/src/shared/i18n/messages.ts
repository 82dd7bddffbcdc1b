import type fr from "./fr.json";

/** French is the source: its keys are the keys. */
export type Key = keyof typeof fr;

/** A text in several forms by number, stored as `<key>_one` and `<key>_other`. */
export type PluralKey = { [K in Key]: K extends `${infer Base}_other` ? Base : never }[Key];

export type Messages = Record<Key, string>;

export const languages = ["fr", "en", "es", "pt"] as const;
export type LanguageCode = (typeof languages)[number];

/** Each language names itself. */
export const languageNames: Record<LanguageCode, string> = {
  fr: "Français",
  en: "English",
  es: "Español",
  pt: "Português",
};

const loaders: Record<LanguageCode, () => Promise<{ default: Messages }>> = {
  fr: () => import("./fr.json"),
  en: () => import("./en.json"),
  es: () => import("./es.json"),
  pt: () => import("./pt.json"),
};

const loaded = new Map<LanguageCode, Messages>();

export function toLanguage(value: string | null | undefined): LanguageCode | undefined {
  return languages.find((language) => language === value);
}

export async function loadMessages(language: LanguageCode): Promise<Messages> {
  const known = loaded.get(language);
  if (known) return known;
  const messages = (await loaders[language]()).default;
  loaded.set(language, messages);
  return messages;
}

const ofApplication = "web.";

/** The texts of the application under what administrators have put in their place, which comes with the served ones. */
export function laidOver(messages: Messages, served: Record<string, string>): Messages {
  const changed = Object.entries(served).filter(([key]) => key.startsWith(ofApplication));
  if (changed.length === 0) return messages;
  return {
    ...messages,
    ...Object.fromEntries(changed.map(([key, text]) => [key.slice(ofApplication.length), text])),
  };
}

export type Params = Record<string, string | number>;

/** Puts the parameters in place of `{name}`; an unknown one stays, so that it is noticed. */
export function fill(text: string, params: Params | undefined): string {
  if (!params) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}
