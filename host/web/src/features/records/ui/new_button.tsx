import { buttonClasses, type EntityDefinition } from "@opsflux/ui";
import { Plus } from "lucide-react";
import { Link } from "react-router";
import { entityPath } from "../../../shared/api/app";
import { entityWord } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";

export interface NewButtonProps {
  entity: EntityDefinition;
  kind?: "primary" | "secondary";
  /** In the head of a list, where phones have room for the icon only. */
  phoneIcon?: boolean;
}

export function NewButton({ entity, kind = "primary", phoneIcon }: NewButtonProps) {
  const text = useText();
  if (!entity.rights.includes("create")) return null;
  return (
    <Link to={`${entityPath(entity)}/new`} aria-keyshortcuts="N" className={buttonClasses(kind)}>
      <Plus size={16} aria-hidden="true" />
      <span className={phoneIcon ? "touch:sr-only" : undefined}>{entityWord(text, entity, "new")}</span>
      {kind === "primary" && (
        <span
          aria-hidden="true"
          className="-mr-1 rounded-tag bg-on-accent/12 px-1.5 py-px font-medium font-sans text-2xs touch:hidden"
        >
          N
        </span>
      )}
    </Link>
  );
}
