import { Button } from "@opsflux/ui";
import { Minus, Plus } from "lucide-react";
import { ApiError } from "../../../shared/api/api_error";
import type { Permission } from "../../../shared/api/rights";
import { useText } from "../../../shared/i18n/text";
import { FormAlert } from "../../../shared/ui/form_alert";
import { Dialog } from "../../../shared/ui/overlay";
import { roleName, scopeText } from "../../../shared/ui/rights/scope_text";
import { errorText } from "../../../shared/ui/states";
import { say } from "../../../shared/ui/toast";
import {
  type Book,
  type Clash,
  clashesOf,
  type Draft,
  type Effect,
  effectsOf,
  insisting,
  type MatrixRole,
  partsOf,
  type RoleEffect,
} from "../api/book";
import { useSaveMatrix } from "../api/matrix";
import type { DraftControl } from "../api/use_draft";
import { wordText } from "./cell_text";

export interface ReviewDialogProps {
  permissions: Permission[];
  roles: MatrixRole[];
  book: Book;
  draft: Draft;
  control: DraftControl;
  onClose: () => void;
}

/** Who gains and who loses what, before it is so. */
export function ReviewDialog({ permissions, roles, book, draft, control, onClose }: ReviewDialogProps) {
  const text = useText();
  const { t, n } = text;
  const save = useSaveMatrix((count) => {
    say(n("rights.saved", count));
    control.clear();
    onClose();
  });
  const effects = effectsOf(roles, permissions, draft);
  const clashes = clashesOf(book, draft);
  const submit = () => save.mutate(clashes.length > 0 ? insisting(book, draft) : draft);
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={t("rights.review_title")}
      description={t("rights.review_help")}
      foot={
        <>
          <Button onClick={onClose}>{t("rights.go_on")}</Button>
          <Button kind="primary" busy={save.isPending} onClick={submit}>
            {n("rights.save", draft.size)}
          </Button>
        </>
      }
    >
      <div className="grid gap-4 pb-2">
        {clashes.length > 0 && <Clashes clashes={clashes} book={book} permissions={permissions} />}
        {save.error && clashes.length === 0 && <Refused error={save.error} />}
        {effects.length === 0 && <p className="text-body text-text-2">{t("rights.no_effect")}</p>}
        {effects.map((effect) => (
          <RoleCard key={effect.role.id} effect={effect} />
        ))}
      </div>
    </Dialog>
  );
}

function RoleCard({ effect: { role, gains, loses } }: { effect: RoleEffect }) {
  const { t, n } = useText();
  return (
    <section>
      <h3 className="flex flex-wrap items-baseline gap-x-2 font-strong text-body">
        {roleName(role)}
        <span className="font-regular text-text-3 text-xs">{n("rights.people", role.people)}</span>
      </h3>
      <Effects label={t("rights.gains")} effects={gains} />
      <Effects label={t("rights.loses")} effects={loses} loss />
    </section>
  );
}

function Effects({ label, effects, loss }: { label: string; effects: Effect[]; loss?: boolean }) {
  const text = useText();
  if (effects.length === 0) return null;
  const Sign = loss ? Minus : Plus;
  return (
    <div className="mt-1.5">
      <h4 className="text-text-2 text-xs">{label}</h4>
      <ul className="mt-0.5 grid gap-0.5 text-body">
        {effects.map(({ permission, before, after }) => (
          <li key={permission.id} className="flex items-baseline gap-2">
            <Sign
              size={13}
              aria-hidden="true"
              className={
                loss ? "shrink-0 translate-y-0.5 text-danger-text" : "shrink-0 translate-y-0.5 text-ok-text"
              }
            />
            <span className="min-w-0">
              {permission.label}{" "}
              <span className="text-text-3">
                {scopeText(text, before)} → {scopeText(text, after)}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ClashesProps {
  clashes: Clash[];
  book: Book;
  permissions: Permission[];
}

function Clashes({ clashes, book, permissions }: ClashesProps) {
  const text = useText();
  const { t, n } = text;
  return (
    <div className="grid gap-2">
      <FormAlert>{n("rights.clash", clashes.length)}</FormAlert>
      <ul className="grid gap-1 text-body">
        {clashes.map(({ key, wanted, stored }) => {
          const { role: id, permission: name } = partsOf(key);
          const role = book.role(id);
          const permission = permissions.find((one) => one.id === name);
          const byModule = role && permission?.defaults[role.key];
          return (
            <li key={key}>
              {t("rights.clash_cell", {
                role: role ? roleName(role) : id,
                right: permission?.label ?? name,
                stored: wordText(text, stored, byModule),
                wanted: wordText(text, wanted, byModule),
              })}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Refused({ error }: { error: Error }) {
  const text = useText();
  const causes = error instanceof ApiError ? error.fields : [];
  return (
    <div className="grid gap-2">
      <FormAlert>{errorText(text, error)}</FormAlert>
      {causes.length > 1 && (
        <ul className="list-disc pl-5 text-body">
          {causes.map((cause) => (
            <li key={`${cause.field}/${cause.code}`}>{cause.detail}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
