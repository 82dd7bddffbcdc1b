import { classNames } from "@opsflux/ui";
import { useQueryClient } from "@tanstack/react-query";
import { Building2, Check, ChevronsUpDown } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useId } from "react";
import { type App, useApp } from "../../../shared/api/app";
import { actFor } from "../../../shared/api/context";

import { type Text, useText } from "../../../shared/i18n/text";
import { errorText } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";

const nobody = "";

function useActFor(): (company: string) => void {
  const client = useQueryClient();
  const text = useText();
  const { companies } = useApp();
  return (company) => {
    const name = companies.find(({ id }) => id === company)?.name;
    actFor(client, company === nobody ? null : company)
      .then(() => say(name === undefined ? text.t("context.now_none") : text.t("context.now", { name })))
      .catch((error: unknown) => sayError(errorText(text, error)));
  };
}

/** In whose name one may act: the companies, and none. */
function choices(app: App, { t }: Text): { id: string; name: string }[] {
  return [...app.companies, { id: nobody, name: t("context.none") }];
}

/** The company that one acts for, in the header; for who has a role in one. */
export function ContextSwitcher() {
  const text = useText();
  const app = useApp();
  const choose = useActFor();
  if (app.companies.length === 0) return null;
  const now = app.company?.name ?? text.t("context.none");
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          aria-label={text.t("context.change", { name: now })}
          className={classNames(
            "flex h-8 max-w-56 items-center gap-2 rounded-control border border-line bg-surface px-2.5 text-sm hover:border-line-control narrow:max-w-40",
            !app.company && "text-text-2",
          )}
        >
          <Building2 size={15} className="shrink-0 text-text-3" aria-hidden="true" />
          <span className="truncate">{now}</span>
          <ChevronsUpDown size={14} className="shrink-0 text-text-3" aria-hidden="true" />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.getElementById("page")}>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) w-72 overflow-y-auto rounded-card border border-line bg-surface p-1 shadow-e2"
        >
          <DropdownMenu.Label className="px-2.5 pt-1.5 pb-1 text-text-3 text-xs">
            {text.t("context.title")}
          </DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            aria-label={text.t("context.title")}
            value={app.company?.id ?? nobody}
            onValueChange={choose}
          >
            {choices(app, text).map(({ id, name }) => (
              <DropdownMenu.RadioItem
                key={id}
                value={id}
                className="flex min-h-8 cursor-pointer items-center gap-2.5 rounded-control px-2.5 py-1.5 text-sm outline-none data-highlighted:bg-muted data-[state=checked]:font-medium touch:min-h-11"
              >
                <span className="min-w-0 flex-1 truncate">{name}</span>
                <DropdownMenu.ItemIndicator>
                  <Check size={16} className="text-accent-text" aria-hidden="true" />
                </DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** The same where the header has no room: a list in the account's menu. */
export function ContextChoices() {
  const text = useText();
  const app = useApp();
  const choose = useActFor();
  const name = useId();
  if (app.companies.length === 0) return null;
  return (
    <fieldset className="hidden border-line-soft border-b px-2.5 py-2.5 touch:block">
      <legend className="float-left mb-1 text-text-3 text-xs">{text.t("context.title")}</legend>
      <div className="clear-both">
        {choices(app, text).map((one) => (
          <label
            key={one.id}
            className="flex min-h-11 items-center gap-2.5 rounded-control px-1 text-body has-checked:font-medium has-focus-visible:outline-2 has-focus-visible:outline-focus"
          >
            <input
              type="radio"
              className="tick"
              name={name}
              checked={one.id === (app.company?.id ?? nobody)}
              onChange={() => choose(one.id)}
            />
            <span className="min-w-0 flex-1 truncate">{one.name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
