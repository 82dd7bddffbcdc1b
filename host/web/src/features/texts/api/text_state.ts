import { useSearchParams } from "react-router";
import { type LanguageCode, toLanguage } from "../../../shared/i18n/messages";
import type { TextAsk } from "./texts";

/** What the address says is asked for. */
export function askOf(address: URLSearchParams, reader: LanguageCode): TextAsk {
  const page = Number(address.get("page") ?? "1");
  return {
    language: toLanguage(address.get("language")) ?? reader,
    namespace: address.get("namespace") ?? "",
    q: address.get("q") ?? "",
    changed: address.get("changed") === "true",
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The address for another question; all but another page begins at the first one. */
export function addressOf(address: URLSearchParams, change: Partial<TextAsk>): URLSearchParams {
  const out = new URLSearchParams(address);
  out.delete("page");
  for (const [name, value] of Object.entries(change)) {
    if (value === "" || value === false || (name === "page" && value === 1)) out.delete(name);
    else out.set(name, String(value));
  }
  return out;
}

export interface TextControl {
  ask: TextAsk;
  set: (change: Partial<TextAsk>) => void;
}

export function useTextControl(reader: LanguageCode): TextControl {
  const [address, setAddress] = useSearchParams();
  return {
    ask: askOf(address, reader),
    set: (change) => setAddress((now) => addressOf(now, change), { replace: true }),
  };
}
