import { Card, classNames, Status } from "@opsflux/ui";
import { KeyRound, NotebookTabs } from "lucide-react";
import type { Plan, PlanEntity, PlanPermission, PlanRight } from "../../../shared/api/modules";
import { recordName } from "../../../shared/i18n/record_names";
import { useText } from "../../../shared/i18n/text";
import { rightText, riskTone } from "./labels";
import { Nothing, Sign } from "./plan_row";

const permissionRow =
  "grid min-h-9 grid-cols-[12px_minmax(0,2fr)_minmax(0,1.1fr)_minmax(0,1.5fr)_6rem] items-center gap-x-3 gap-y-0.5 border-line-soft border-t px-3.5 py-1.5 text-body first:border-t-0 touch:grid-cols-[12px_minmax(0,1fr)_auto]";

function RiskMark({ permission }: { permission: PlanPermission }) {
  const { t } = useText();
  if (permission.change === "-") return <span className="text-text-3 text-xs">{t("change.removed")}</span>;
  if (permission.risk === "low") return <span className="text-text-3 text-xs">{t("risk.low")}</span>;
  return (
    <Status badge tone={riskTone[permission.risk]}>
      {t(`risk.${permission.risk}`)}
    </Status>
  );
}

export function PermissionsCard({ plan }: { plan: Plan }) {
  const { t, n } = useText();
  const changed = plan.permissions.filter((permission) => permission.change !== "=");
  const added = changed.filter((permission) => permission.change !== "-").length;
  const same = plan.permissions.length - changed.length;
  return (
    <Card
      flush
      icon={<KeyRound size={16} aria-hidden="true" />}
      title={t("plan.permissions")}
      aside={[n("plan.permissions_new", added), same > 0 && n("plan.permissions_same", same)]
        .filter(Boolean)
        .join(", ")}
    >
      {changed.length === 0 && <Nothing>{t("plan.permissions_none")}</Nothing>}
      <ul>
        {changed.map((permission) => (
          <li key={permission.id} className={permissionRow}>
            <span className="touch:col-start-1 touch:row-start-1">
              <Sign change={permission.change} />
            </span>
            <span
              className={classNames(
                "min-w-0 font-medium touch:col-start-2 touch:row-start-1",
                permission.change === "-" && "text-text-3 line-through",
              )}
            >
              {permission.label ?? permission.id}
            </span>
            <code className="min-w-0 truncate font-mono text-text-2 text-xs touch:col-span-2 touch:col-start-2">
              {permission.id}
            </code>
            <span className="min-w-0 text-text-2 text-xs touch:col-span-2 touch:col-start-2">
              {permission.detail}
            </span>
            <span className="text-right touch:col-start-3 touch:row-start-1">
              <RiskMark permission={permission} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const untouched = (entity: PlanEntity) =>
  entity.change === "=" && entity.rights.every((right) => right.change === "=");

/** Which kinds of records the module brings, and what each role may do with them. */
export function EntitiesCard({ plan }: { plan: Plan }) {
  const { n, t } = useText();
  const entities = plan.entities ?? [];
  if (entities.length === 0) return null;
  const changed = entities.filter((entity) => !untouched(entity));
  const same = entities.length - changed.length;
  return (
    <Card
      flush
      icon={<NotebookTabs size={16} aria-hidden="true" />}
      title={t("plan.entities")}
      aside={[n("plan.entities_count", changed.length), same > 0 && n("plan.entities_same", same)]
        .filter(Boolean)
        .join(", ")}
    >
      {changed.length === 0 && <Nothing>{t("plan.entities_none")}</Nothing>}
      <ul>
        {changed.map((entity) => (
          <EntityRow key={entity.name} entity={entity} />
        ))}
      </ul>
    </Card>
  );
}

const entityRow =
  "grid min-h-9 grid-cols-[12px_minmax(0,2fr)_minmax(0,2.6fr)_5rem] items-baseline gap-x-3 gap-y-0.5 border-line-soft border-t px-3.5 py-2 text-body first:border-t-0 touch:grid-cols-[12px_minmax(0,1fr)_auto]";

function EntityRow({ entity }: { entity: PlanEntity }) {
  const { n } = useText();
  const roles = [...new Set(entity.rights.map((right) => right.role))];
  const removed = entity.change === "-" && "text-text-3 line-through";
  return (
    <li className={entityRow}>
      <Sign change={entity.change} />
      <span className="min-w-0 break-words">
        <span className={classNames("font-medium", removed)}>{entity.label}</span>{" "}
        <code className="font-mono text-text-3 text-xs">{entity.name}</code>
      </span>
      <ul className="min-w-0 touch:col-span-2 touch:col-start-2 touch:row-start-2">
        {roles.map((role) => (
          <RoleRights key={role} role={role} entity={entity} />
        ))}
      </ul>
      <span className="text-right text-text-3 text-xs">{n("plan.fields", entity.fields)}</span>
    </li>
  );
}

function RoleRights({ role, entity }: { role: string; entity: PlanEntity }) {
  const { t } = useText();
  const label = recordName("identity.role", role) ?? role;
  const rights = entity.rights.filter((right) => right.role === role);
  const empty = rights.every((right) => right.actions.length === 0);
  return (
    <li className="flex flex-wrap gap-x-2 text-sm text-text-2">
      <span className="text-text-3">{t("label.colon", { label })}</span>
      {empty && <span>{t("plan.action.none")}</span>}
      {rights.map((right) => (
        <RightsTold key={right.change} right={right} marked={right.change !== entity.change} />
      ))}
    </li>
  );
}

/** The change is marked only where it is another one than the record's own. */
function RightsTold({ right, marked }: { right: PlanRight; marked: boolean }) {
  const text = useText();
  if (right.actions.length === 0) return null;
  return (
    <span>
      {marked && right.change !== "=" && <Sign change={right.change} />}
      <span className={classNames(right.change === "-" && "text-text-3 line-through")}>
        {right.actions.map((action) => rightText(text, action)).join(", ")}
      </span>
    </span>
  );
}
