import { Button, type RecordWidgetProps } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Search, ShieldQuestion } from "lucide-react";
import { useState } from "react";
import { useApp } from "../../../shared/api/app";
import { maySeeRoles, permissionsQuery, personRightsQuery, type Scope } from "../../../shared/api/rights";
import { useText } from "../../../shared/i18n/text";
import { Dialog } from "../../../shared/ui/overlay";
import { roleName, scopeText } from "../../../shared/ui/rights/scope_text";
import { WhyStep } from "../../../shared/ui/rights/why_step";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { Failure } from "../../../shared/ui/states";

/** A button on the page of a user: all that he may do, and why. */
export function RightsAction({ record }: RecordWidgetProps) {
  const { t } = useText();
  const { user } = useApp();
  const [open, setOpen] = useState(false);
  if (!maySeeRoles(user)) return null;
  return (
    <>
      <Button icon={<ShieldQuestion size={16} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("why.rights")}
      </Button>
      {open && <RightsDialog id={record.id} name={String(record.name)} onClose={() => setOpen(false)} />}
    </>
  );
}

interface RightsDialogProps {
  id: string;
  name: string;
  onClose: () => void;
}

function RightsDialog({ id, name, onClose }: RightsDialogProps) {
  const { t } = useText();
  const [asked, setAsked] = useState<string>();
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={t("why.rights_of", { name })}
      description={t("why.rights_help")}
      foot={<Button onClick={onClose}>{t("action.close")}</Button>}
    >
      <div className="grid min-h-80 content-start gap-3 py-1">
        {asked ? (
          <WhyStep person={id} permission={asked} back={t("why.back")} onBack={() => setAsked(undefined)} />
        ) : (
          <RightsList id={id} onAsk={setAsked} />
        )}
      </div>
    </Dialog>
  );
}

const folded = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function RightsList({ id, onAsk }: { id: string; onAsk: (permission: string) => void }) {
  const { t } = useText();
  const rights = useQuery(personRightsQuery(id));
  const permissions = useQuery(permissionsQuery);
  const [search, setSearch] = useState("");
  const failed = rights.error ?? permissions.error;
  if (failed && !(rights.data && permissions.data))
    return (
      <Failure
        error={failed}
        onRetry={() => {
          void rights.refetch();
          void permissions.refetch();
        }}
      />
    );
  if (!rights.data || !permissions.data)
    return (
      <Waiting what={t("why.rights")}>
        <RowSkeletons rows={6} />
      </Waiting>
    );
  const held = new Map(rights.data.permissions.map((one) => [one.id, one.scope]));
  const words = folded(search).split(/\s+/).filter(Boolean);
  const found = permissions.data.filter((one) => {
    const text = folded(`${one.id} ${one.label}`);
    return words.every((word) => text.includes(word)) && (words.length > 0 || held.has(one.id));
  });
  return (
    <>
      <p className="text-body text-text-2">
        {t("why.roles", {
          roles: rights.data.roles
            .map((role) => (role.group ? `${roleName(role)} (${role.group.name})` : roleName(role)))
            .join(", "),
        })}
      </p>
      <div className="relative">
        <Search
          size={15}
          className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-text-3"
          aria-hidden="true"
        />
        <input
          type="search"
          aria-label={t("list.search")}
          placeholder={t("why.search")}
          maxLength={200}
          className="control pl-8! [&::-webkit-search-cancel-button]:hidden"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      {found.length === 0 && <p className="text-body text-text-2">{t("why.none")}</p>}
      <ul aria-label={t("why.rights")}>
        {found.map((one) => (
          <RightRow key={one.id} id={one.id} label={one.label} scope={held.get(one.id)} onAsk={onAsk} />
        ))}
      </ul>
    </>
  );
}

interface RightRowProps {
  id: string;
  label: string;
  scope: Scope | undefined;
  onAsk: (permission: string) => void;
}

function RightRow({ id, label, scope, onAsk }: RightRowProps) {
  const text = useText();
  return (
    <li className="border-line-soft border-b last:border-b-0">
      <button
        type="button"
        className="flex w-full cursor-pointer flex-wrap items-baseline gap-x-3 rounded-control px-2 py-1.5 text-left text-body hover:bg-subtle touch:min-h-11"
        onClick={() => onAsk(id)}
      >
        <span className={scope ? "min-w-0" : "min-w-0 text-text-3"}>{label}</span>
        <code className="min-w-0 flex-1 truncate font-mono text-text-3 text-xs">
          {scope ? `${id}.${scope}` : id}
        </code>
        <span className={scope ? "text-text-2 text-sm" : "text-sm text-text-3"}>
          {scopeText(text, scope)}
        </span>
      </button>
    </li>
  );
}
