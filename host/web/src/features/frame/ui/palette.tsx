import { classNames, type EntityDefinition, type RecordData } from "@opsflux/ui";
import { useQueries } from "@tanstack/react-query";
import { CornerDownLeft, Moon, Plus, Search, Sun, X } from "lucide-react";
import { Dialog as RadixDialog } from "radix-ui";
import {
  type KeyboardEvent,
  type ReactNode,
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useState,
} from "react";
import { useNavigate } from "react-router";
import { entityPath, recordPath, useApp } from "../../../shared/api/app";
import { listQuery } from "../../../shared/api/records";
import { savePreferences } from "../../../shared/api/session";
import { entityWord, fieldLabel, findField } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Avatar } from "../../../shared/ui/avatar";
import { FieldValue, hasValue } from "../../../shared/ui/field_value";
import { Icon } from "../../../shared/ui/icon";
import { Key, scrim } from "../../../shared/ui/overlay";
import { setTheme } from "../../../shared/ui/preferences";
import { flatPages, type NavGroup } from "./navigation";

interface Entry {
  key: string;
  group: "records" | "actions" | "pages";
  label: string;
  detail?: string;
  icon: ReactNode;
  run: () => void;
  record?: { entity: EntityDefinition; data: RecordData };
}

const perEntity = 5;

export interface PaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  groups: NavGroup[];
}

export function Palette({ open, onOpenChange, groups }: PaletteProps) {
  const { t } = useText();
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={scrim} />
        <RadixDialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-4 top-[11dvh] z-50 mx-auto flex max-h-[min(580px,78dvh)] max-w-200 animate-rise flex-col overflow-hidden rounded-sheet border border-line bg-surface shadow-e3 touch:inset-0 touch:max-h-none touch:rounded-none touch:border-0"
        >
          <RadixDialog.Title className="sr-only">{t("palette.open")}</RadixDialog.Title>
          <PaletteBody groups={groups} onClose={() => onOpenChange(false)} />
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** Lower case without accents, so that "elec" finds "Électricité". */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function useRecordEntries(words: string): { entries: Entry[]; searching: boolean } {
  const { entities } = useApp();
  const text = useText();
  const navigate = useNavigate();
  const searchable = entities.filter(
    (entity) => (entity.search ?? []).length > 0 && entity.rights.includes("view"),
  );
  const results = useQueries({
    queries: searchable.map((entity) => ({
      ...listQuery(entity, { q: words, page: 1, page_size: perEntity }),
      enabled: words.length >= 2,
      placeholderData: undefined,
    })),
  });
  const entries = results.flatMap((result, position) => {
    const entity = searchable[position];
    if (!entity || !result.data || words.length < 2) return [];
    return result.data.data.map((data): Entry => {
      const label = String(data[entity.title] ?? data.id);
      return {
        key: `${entity.name}/${data.id}`,
        group: "records",
        label,
        detail: entityWord(text, entity, "one"),
        icon: <Avatar name={label} size="sm" />,
        run: () => void navigate(recordPath(entity, data.id)),
        record: { entity, data },
      };
    });
  });
  return { entries, searching: results.some((result) => result.isLoading) };
}

function useActionEntries(groups: NavGroup[]): Entry[] {
  const { entities } = useApp();
  const text = useText();
  const navigate = useNavigate();
  return useMemo(() => {
    const create = entities
      .filter((entity) => entity.rights.includes("create"))
      .map(
        (entity): Entry => ({
          key: `new/${entity.name}`,
          group: "actions",
          label: entityWord(text, entity, "new"),
          icon: <Plus size={16} aria-hidden="true" />,
          run: () => void navigate(`${entityPath(entity)}/new`),
        }),
      );
    const themes = (["light", "dark"] as const).map(
      (theme): Entry => ({
        key: `theme/${theme}`,
        group: "actions",
        label: text.t(theme === "dark" ? "palette.dark" : "palette.light"),
        icon: theme === "dark" ? <Moon size={16} aria-hidden="true" /> : <Sun size={16} aria-hidden="true" />,
        run: () => {
          setTheme(theme);
          void savePreferences({ theme }).catch(() => undefined);
        },
      }),
    );
    const pages = flatPages(groups).map(
      (page): Entry => ({
        key: `page/${page.key}`,
        group: "pages",
        label: page.label,
        icon: <Icon name={page.icon} />,
        run: () => void navigate(page.to),
      }),
    );
    return [...create, ...themes, ...pages];
  }, [entities, text, navigate, groups]);
}

function PaletteBody({ groups, onClose }: { groups: NavGroup[]; onClose: () => void }) {
  const { t, n } = useText();
  const [typed, setTyped] = useState("");
  const words = useDeferredValue(typed.replace(/^>/, "").trim());
  const onlyActions = typed.startsWith(">");
  const [at, setAt] = useState(0);
  const listId = useId();
  const records = useRecordEntries(onlyActions ? "" : words);
  const actions = useActionEntries(groups).filter(
    (entry) => plain(entry.label).includes(plain(words)) && (!onlyActions || entry.group === "actions"),
  );
  const entries = [...records.entries, ...actions];
  const current = entries[Math.min(at, entries.length - 1)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words start again at the first result
  useEffect(() => setAt(0), [words]);
  useEffect(() => {
    if (current) document.getElementById(`${listId}-${current.key}`)?.scrollIntoView({ block: "nearest" });
  }, [current, listId]);
  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((Math.min(at, entries.length - 1) + step + entries.length) % Math.max(1, entries.length));
    else if (event.key === "Enter") choose(current);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="flex h-14 shrink-0 items-center gap-3 border-line border-b px-5">
        <Search size={18} className="text-text-3" aria-hidden="true" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={current ? `${listId}-${current.key}` : undefined}
          aria-label={t("palette.open")}
          className="h-full min-w-0 flex-1 bg-transparent text-lg outline-none"
          placeholder={t("palette.open")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onKey}
        />
        <RadixDialog.Close className="rounded-tag touch:grid touch:size-11 touch:place-items-center">
          <span className="sr-only">{t("action.close")}</span>
          <span className="touch:hidden">
            <Key>{t("keys.name.escape")}</Key>
          </span>
          <X size={20} aria-hidden="true" className="hidden touch:block" />
        </RadixDialog.Close>
      </div>
      <div className="flex min-h-[min(380px,50dvh)] flex-1 overflow-hidden">
        <div className="min-w-0 flex-1 overflow-y-auto overscroll-contain p-2">
          <EntryList
            id={listId}
            entries={entries}
            current={current}
            words={words}
            onHover={setAt}
            onChoose={choose}
          />
          {entries.length === 0 && !records.searching && (
            <p className="px-3 py-8 text-center text-body text-text-2">{t("palette.nothing", { words })}</p>
          )}
        </div>
        {current?.record && <EntryPreview {...current.record} />}
      </div>
      <footer className="flex h-9 shrink-0 items-center gap-4 border-line border-t bg-subtle px-4 text-text-3 text-xs touch:hidden">
        <span className="flex items-center gap-1.5">
          <Key>↑</Key>
          <Key>↓</Key> {t("palette.browse")}
        </span>
        <span className="flex items-center gap-1.5">
          <Key>↵</Key> {t("palette.choose")}
        </span>
        <span className="flex items-center gap-1.5">
          <Key>&gt;</Key> {t("palette.actions")}
        </span>
        <span role="status" className="ml-auto">
          {records.searching ? t("palette.searching") : n("palette.results", entries.length)}
        </span>
      </footer>
    </>
  );
}

interface EntryListProps {
  id: string;
  entries: Entry[];
  current: Entry | undefined;
  words: string;
  onHover: (at: number) => void;
  onChoose: (entry: Entry) => void;
}

function EntryList({ id, entries, current, words, onHover, onChoose }: EntryListProps) {
  const { t } = useText();
  return (
    <div id={id} role="listbox" aria-label={t("palette.results_label")}>
      {(["records", "actions", "pages"] as const).map((group) => {
        const members = entries.filter((entry) => entry.group === group);
        if (members.length === 0) return null;
        return (
          // biome-ignore lint/a11y/useSemanticElements: groups inside a listbox have no element of their own
          <div key={group} role="group" aria-label={t(`palette.group.${group}`)}>
            <p aria-hidden="true" className="px-3 pt-2 pb-1 font-medium text-text-3 text-xs">
              {t(`palette.group.${group}`)}
            </p>
            {members.map((entry) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the search field's
              // biome-ignore lint/a11y/useFocusableInteractive: the search field keeps the focus
              <div
                key={entry.key}
                id={`${id}-${entry.key}`}
                role="option"
                aria-selected={entry === current}
                onMouseMove={() => onHover(entries.indexOf(entry))}
                onClick={() => onChoose(entry)}
                className={classNames(
                  "flex min-h-9 cursor-pointer items-center gap-3 rounded-control border border-transparent px-2.5 py-1 text-body touch:min-h-12",
                  entry === current && "border-accent-line! bg-accent-soft",
                )}
              >
                <span className="grid size-6 shrink-0 place-items-center text-text-2">{entry.icon}</span>
                <span className="min-w-0 truncate font-medium">
                  <Marked text={entry.label} words={words} />
                </span>
                {entry.detail && <span className="truncate text-text-3">{entry.detail}</span>}
                {entry === current && (
                  <CornerDownLeft size={14} className="ml-auto shrink-0 text-text-3" aria-hidden="true" />
                )}
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
}

/** The text with the found part marked. */
function Marked({ text, words }: { text: string; words: string }) {
  const at = words === "" ? -1 : plain(text).indexOf(plain(words));
  if (at < 0 || plain(text).length !== text.length) return text;
  const end = at + words.length;
  return (
    <>
      {text.slice(0, at)}
      <mark className="bg-transparent font-strong text-accent-text underline decoration-2 underline-offset-3">
        {text.slice(at, end)}
      </mark>
      {text.slice(end)}
    </>
  );
}

function EntryPreview({ entity, data }: { entity: EntityDefinition; data: RecordData }) {
  const text = useText();
  const title = String(data[entity.title] ?? data.id);
  const columns = (entity.views?.list?.columns ?? entity.fields.map((field) => field.name))
    .filter((name) => name !== entity.title)
    .map((name) => findField(entity, name))
    .filter((field) => field !== undefined && hasValue(data[field.name]))
    .slice(0, 7);
  return (
    <aside className="w-70 shrink-0 overflow-y-auto border-line border-l p-4 narrow:hidden">
      <div className="mb-4 flex items-center gap-3">
        <Avatar name={title} size="lg" />
        <div className="min-w-0">
          <p className="truncate font-strong text-body">{title}</p>
          <p className="truncate text-text-3 text-xs">{entityWord(text, entity, "one")}</p>
        </div>
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2 text-sm">
        {columns.map(
          (field) =>
            field && (
              <div key={field.name} className="contents">
                <dt className="text-text-3">{fieldLabel(text, entity, field.name)}</dt>
                <dd className="min-w-0 truncate">
                  <FieldValue entity={entity} field={field} record={data} plain />
                </dd>
              </div>
            ),
        )}
      </dl>
    </aside>
  );
}
