import { Button, type EntityDefinition } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { recordPath } from "../../../shared/api/app";
import { entityCounted } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Dialog } from "../../../shared/ui/overlay";
import { type Alike, alikeBy, alikeQuery } from "../api/alike";

interface ListProps {
  entity: EntityDefinition;
  alike: Alike[];
  /** What is typed elsewhere stays while one is looked at. */
  apart?: boolean;
}

function AlikeList({ entity, alike, apart }: ListProps) {
  const text = useText();
  return (
    <ul className="overflow-hidden rounded-card border border-line">
      {alike.map((one) => (
        <li
          key={one.id}
          className="flex min-h-11 flex-wrap items-center gap-x-3 border-line-soft border-t px-3 py-1.5 text-body first:border-t-0"
        >
          <span className="min-w-0 flex-1 basis-40">
            <Link
              to={recordPath(entity, one.id)}
              target={apart ? "_blank" : undefined}
              className="page-link font-medium"
            >
              {one.title ?? one.id}
            </Link>
            <span className="block text-text-3 text-xs">{alikeBy(text, entity, one)}</span>
          </span>
          <span className="text-text-2 text-xs">
            {one.score === 1 ? text.t("alike.same") : text.format.percent(one.score)}
          </span>
        </li>
      ))}
    </ul>
  );
}

export interface AlikeDialogProps extends ListProps {
  onClose: () => void;
  onCreate: () => void;
}

/** Before a record is made that may be there already. */
export function AlikeDialog({ entity, alike, onClose, onCreate }: AlikeDialogProps) {
  const { t } = useText();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("alike.title")}
      description={t("alike.text")}
      foot={
        <>
          <Button onClick={onClose}>{t("alike.back")}</Button>
          <Button kind="primary" onClick={onCreate}>
            {t("alike.create")}
          </Button>
        </>
      }
    >
      <div className="py-1">
        <AlikeList entity={entity} alike={alike} apart />
      </div>
    </Dialog>
  );
}

/** Beside a record: those that are probably the same. Nothing where there are none. */
export function AlikeRecords({ entity, id }: { entity: EntityDefinition; id: string }) {
  const text = useText();
  const alike = useQuery(alikeQuery(entity, id)).data ?? [];
  if (alike.length === 0) return null;
  return (
    <section aria-label={text.t("alike.beside")} className="mb-6 grid gap-2">
      <h2 className="font-strong text-lg">{text.t("alike.beside")}</h2>
      <p className="text-text-3 text-xs">{entityCounted(text, entity, alike.length)}</p>
      <AlikeList entity={entity} alike={alike} />
    </section>
  );
}
