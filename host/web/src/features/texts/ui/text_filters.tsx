import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Key } from "../../../shared/i18n/messages";
import { languageNames, languages, toLanguage } from "../../../shared/i18n/messages";
import { type Text, useText } from "../../../shared/i18n/text";
import type { TextControl } from "../api/text_state";
import type { TextSpace } from "../api/texts";

const typingPause = 250;

const ownSpaces = ["web", "core", "identity", "modules", "audit", "custom_fields", "texts", "api_docs"];

/** What has no name of its own as a module has one. */
export function spaceLabel(text: Text, id: string, label: string | null | undefined): string {
  if (label) return label;
  return ownSpaces.includes(id) ? text.t(`texts.space.${id}` as Key) : id;
}

interface TextFiltersProps {
  control: TextControl;
  spaces: TextSpace[];
}

export function TextFilters({ control, spaces }: TextFiltersProps) {
  const { t } = useText();
  const { ask, set } = control;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <select
        aria-label={t("texts.language")}
        className="control choice w-auto! touch:flex-1"
        value={ask.language}
        onChange={(event) => set({ language: toLanguage(event.target.value) })}
      >
        {languages.map((language) => (
          <option key={language} value={language}>
            {languageNames[language]}
          </option>
        ))}
      </select>
      <SpaceChoice control={control} spaces={spaces} />
      <Words control={control} />
      <label className="flex min-h-9 cursor-pointer items-center gap-2 px-1 text-body touch:min-h-11">
        <input
          type="checkbox"
          className="tick"
          checked={ask.changed}
          onChange={(event) => set({ changed: event.target.checked })}
        />
        {t("texts.only_changed")}
      </label>
    </div>
  );
}

function SpaceChoice({ control: { ask, set }, spaces }: TextFiltersProps) {
  const text = useText();
  const known = spaces.some((space) => space.id === ask.namespace);
  return (
    <select
      aria-label={text.t("texts.namespace")}
      className="control choice w-auto! max-w-full touch:flex-1"
      value={ask.namespace}
      onChange={(event) => set({ namespace: event.target.value })}
    >
      <option value="">{text.t("texts.all")}</option>
      {!known && ask.namespace && <option value={ask.namespace}>{ask.namespace}</option>}
      {spaces.map((space) => (
        <option key={space.id} value={space.id}>
          {spaceLabel(text, space.id, space.label)}
          {space.changed > 0 && ` (${text.format.number(space.changed)})`}
        </option>
      ))}
    </select>
  );
}

function Words({ control: { ask, set } }: { control: TextControl }) {
  const { t } = useText();
  const { q } = ask;
  const [typed, setTyped] = useState(q);
  // The setter knows the address it was made with: what else is chosen during the pause must not be lost.
  const latest = useRef(set);
  useEffect(() => {
    latest.current = set;
  });
  useEffect(() => {
    if (q === "") setTyped("");
  }, [q]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the pause
  useEffect(() => {
    if (typed === q) return;
    const timer = setTimeout(() => latest.current({ q: typed }), typingPause);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="relative min-w-48 flex-1 touch:basis-full">
      <Search
        size={15}
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-text-3"
        aria-hidden="true"
      />
      <input
        type="search"
        aria-label={t("list.search")}
        placeholder={t("texts.search")}
        maxLength={200}
        className="control pl-8! [&::-webkit-search-cancel-button]:hidden"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}
