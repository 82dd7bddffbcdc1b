import type { EntityDefinition } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { recordPath, useEntity } from "../api/app";
import { recordTitleQuery } from "../api/titles";
import { useText } from "../i18n/text";

export interface RecordNameProps {
  /** The record's entity by its full name. */
  to: string | undefined;
  id: string;
  /** The name, where it is at hand already. */
  label?: string;
  linked?: boolean;
}

/** A record of any entity by its name. What the reader may not see has none. */
export function RecordName({ to, id, label, linked }: RecordNameProps) {
  const { t } = useText();
  const entity = useEntity(to);
  if (!entity) return label ?? <span className="text-text-3">{t("reference.hidden")}</span>;
  return label === undefined ? (
    <FoundName entity={entity} id={id} linked={linked} />
  ) : (
    <Name entity={entity} id={id} name={label} linked={linked} />
  );
}

function FoundName({ entity, id, linked }: { entity: EntityDefinition; id: string; linked?: boolean }) {
  const { t } = useText();
  const title = useQuery(recordTitleQuery(entity, id));
  if (title.isPending) return <span aria-hidden="true">…</span>;
  if (!title.data) return <span className="text-text-3">{t("reference.hidden")}</span>;
  return <Name entity={entity} id={id} name={title.data} linked={linked} />;
}

interface NameProps {
  entity: EntityDefinition;
  id: string;
  name: string;
  linked: boolean | undefined;
}

function Name({ entity, id, name, linked }: NameProps) {
  if (!linked) return name;
  return (
    <Link to={recordPath(entity, id)} className="page-link">
      {name}
    </Link>
  );
}
