import { queryOptions, useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { request } from "../api/request";
import { useRemembered } from "../ui/preferences";
import { knownZone } from "../values/zone";
import {
  createFormat,
  type DateFormat,
  dateFormats,
  type Format,
  type FormatChoice,
  type TimeFormat,
  timeFormats,
} from "./format";
import {
  fill,
  type Key,
  type LanguageCode,
  laidOver,
  loadMessages,
  type Messages,
  type Params,
  type PluralKey,
} from "./messages";
import { nameRecordsBy } from "./record_names";
import { ServedText } from "./served_text";

export interface Text {
  language: LanguageCode;
  format: Format;
  /** A text of the application. */
  t(key: Key, params?: Params): string;
  /** A text that depends on a number, which is `{count}` in it. */
  n(key: PluralKey, count: number, params?: Params): string;
  /** A text that a module brings, by its full key. Without one the last part of the key is shown, made readable. */
  s(key: string, params?: Params): string;
  /** Like `s`, but undefined when no module brings that text. */
  find(key: string): string | undefined;
}

interface TextContext extends Text {
  setLanguage(language: LanguageCode): void;
}

const Context = createContext<TextContext | undefined>(undefined);

function readable(key: string): string {
  const last =
    key
      .split(".")
      .filter((part) => !["label", "one", "many", "help"].includes(part))
      .pop() ?? key;
  const words = last.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function createText(
  language: LanguageCode,
  messages: Messages,
  served: Record<string, string>,
  choice?: FormatChoice,
): Text {
  const format = createFormat(language, choice);
  const plural = new Intl.PluralRules(language);
  const ofServer = new ServedText(language, format);
  return {
    language,
    format,
    t: (key, params) => fill(messages[key], params),
    n: (key, count, params) => {
      const one = plural.select(count) === "one";
      const text = messages[`${key}${one ? "_one" : "_other"}` as Key];
      return fill(text, { count: format.number(count), ...params });
    },
    s: (key, params) => ofServer.render(served[key] ?? readable(key), params),
    find: (key) => served[key],
  };
}

/** What the server brings: the texts of its modules, and changed ones of this application as "web.<key>". */
export const servedTextsQuery = (language: LanguageCode) =>
  queryOptions({
    queryKey: ["texts", language],
    queryFn: ({ signal }) => request<Record<string, string>>(`/api/v1/app/i18n/${language}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

const none: Record<string, string> = {};

export interface TextProviderProps {
  first: { language: LanguageCode; messages: Messages };
  children: ReactNode;
}

/** How this person wants days and times written, and how that is changed. */
export function useFormatChoice() {
  const [kept, setDates] = useRemembered("date_format", "auto");
  const [keptTimes, setTimes] = useRemembered("time_format", "auto");
  return {
    dates: dateFormats.find((known) => known === kept) ?? "auto",
    setDates: (value: DateFormat) => setDates(value),
    times: timeFormats.find((known) => known === keptTimes) ?? "auto",
    setTimes: (value: TimeFormat) => setTimes(value),
  };
}

/** Holds the language. Another one is shown only once its texts are there, so that no keys flash by. */
export function TextProvider({ first, children }: TextProviderProps) {
  const [wanted, setWanted] = useState(first.language);
  const [shown, setShown] = useState(first);
  const { data: served = none, isPlaceholderData: ofOtherLanguage } = useQuery({
    ...servedTextsQuery(shown.language),
    placeholderData: (previous: Record<string, string> | undefined) => previous,
  });

  useEffect(() => {
    let current = true;
    void loadMessages(wanted).then((messages) => {
      if (current) setShown({ language: wanted, messages });
    });
    return () => {
      current = false;
    };
  }, [wanted]);

  useEffect(() => {
    document.documentElement.lang = shown.language;
  }, [shown.language]);

  const { dates, times } = useFormatChoice();
  const [keptZone] = useRemembered("time_zone", "");
  const zone = knownZone(keptZone);
  const value = useMemo(() => {
    nameRecordsBy(served);
    const messages = ofOtherLanguage ? shown.messages : laidOver(shown.messages, served);
    const text = createText(shown.language, messages, served, { dates, times, zone });
    return { ...text, setLanguage: setWanted };
  }, [shown, served, ofOtherLanguage, dates, times, zone]);
  return <Context value={value}>{children}</Context>;
}

export function useText(): TextContext {
  const text = useContext(Context);
  if (!text) throw new Error("useText outside TextProvider");
  return text;
}
