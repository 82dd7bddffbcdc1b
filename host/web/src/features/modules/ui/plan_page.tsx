import { Button, classNames, Tag } from "@opsflux/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "react-router";
import { moduleKeys, type Operation, type Plan, planQuery, refusePlan } from "../../../shared/api/modules";
import { useText } from "../../../shared/i18n/text";
import { useAddress } from "../../../shared/ui/address";
import { Icon } from "../../../shared/ui/icon";
import { IconTile, PageHead, useCrumbs } from "../../../shared/ui/page";
import { PageSkeleton, Waiting } from "../../../shared/ui/skeleton";
import { errorText, Failure } from "../../../shared/ui/states";
import { say, sayError } from "../../../shared/ui/toast";
import { useOperation } from "../api/operation";
import { ApprovalPanel } from "./approval_panel";
import { allStages, nameOf } from "./labels";
import { HooksCard, MenusCard, RoutesCard } from "./plan_effects";
import { EntitiesCard, PermissionsCard } from "./plan_rights";
import { TablesCard } from "./plan_tables";
import { DependsLine, TrustCard } from "./plan_trust";
import { OperationStages, type StageRow, Stages } from "./stages";

export function PlanPage() {
  const { t } = useText();
  const { digest = "" } = useParams();
  const [search, change] = useAddress();
  const plan = useQuery(planQuery(digest));
  const operation = useOperation(search.get("operation") ?? plan.data?.operation ?? undefined);
  const name = plan.data?.module.name ?? operation?.module ?? t("plan.title");
  useCrumbs([
    { label: t("nav.group.system") },
    { label: t("nav.modules"), to: "/system/modules" },
    { label: name },
    { label: t("plan.title") },
  ]);
  if (plan.isPending && !operation)
    return (
      <Waiting what={t("plan.title")}>
        <PageSkeleton />
      </Waiting>
    );
  if (!plan.data && !operation)
    return <Failure page error={plan.error} title={t("plan.gone")} onRetry={() => void plan.refetch()} />;
  const refused = plan.data?.state === "refused";
  const started = (next: Operation) => change((address) => address.set("operation", next.id));
  return (
    <div className="flex h-full flex-col narrow:block narrow:overflow-y-auto">
      {plan.data && <PlanHead plan={plan.data} decided={refused || operation !== undefined} />}
      <div className="flex min-h-0 flex-1 border-line border-t narrow:block">
        {plan.data && <PlanBody plan={plan.data} />}
        {refused ? <RefusedSide /> : <PlanSide plan={plan.data} operation={operation} onStarted={started} />}
      </div>
    </div>
  );
}

function PlanHead({ plan, decided }: { plan: Plan; decided: boolean }) {
  const { t, format } = useText();
  const { module } = plan;
  const by = nameOf(plan.created_by);
  const when = { date: format.date(plan.created_at), time: format.time(plan.created_at), by: by ?? "" };
  return (
    <PageHead
      icon={
        <IconTile>
          <Icon name={module.icon ?? "package"} size={22} />
        </IconTile>
      }
      title={t(`plan.title.${plan.kind}`, { name: module.name })}
      badges={
        <Tag>{module.from_version ? `${module.from_version} → ${module.version}` : module.version}</Tag>
      }
      subtitle={
        <>
          {module.description && <span className="block">{module.description}</span>}
          <span className="block text-text-3 text-xs">
            {t(by ? "plan.prepared_by" : "plan.prepared", when)} {!decided && t("plan.nothing_yet")}
          </span>
        </>
      }
      actions={!decided && <RefuseButton plan={plan} />}
    />
  );
}

function RefuseButton({ plan }: { plan: Plan }) {
  const text = useText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const refuse = useMutation({
    mutationFn: () => refusePlan(plan.digest),
    onSuccess: async () => {
      await navigate("/system/modules");
      client.removeQueries({ queryKey: moduleKeys.plan(plan.digest) });
      say(text.t("plan.refused", { name: plan.module.name }));
    },
    onError: (error) => sayError(errorText(text, error)),
  });
  return (
    <Button kind="danger" busy={refuse.isPending} onClick={() => refuse.mutate()}>
      {text.t("plan.refuse")}
    </Button>
  );
}

function PlanBody({ plan }: { plan: Plan }) {
  return (
    <div
      tabIndex={0}
      data-focus="inside"
      className="min-w-0 flex-1 overflow-y-auto overscroll-contain px-6 py-4 touch:px-3 narrow:overflow-visible"
    >
      <div className="mx-auto grid max-w-4xl gap-4">
        <TrustCard plan={plan} />
        <PermissionsCard plan={plan} />
        <EntitiesCard plan={plan} />
        <TablesCard plan={plan} />
        <div className="grid grid-cols-2 items-start gap-4 narrow:grid-cols-1">
          <MenusCard plan={plan} />
          <HooksCard plan={plan} />
        </div>
        <RoutesCard plan={plan} />
        <DependsLine plan={plan} />
      </div>
    </div>
  );
}

interface PlanSideProps {
  plan: Plan | undefined;
  operation: Operation | undefined;
  onStarted: (operation: Operation) => void;
}

const side = classNames(
  "flex w-93 shrink-0 flex-col border-line border-l bg-subtle",
  "narrow:w-full narrow:border-t narrow:border-l-0",
);

/** Nothing is left to decide. */
function RefusedSide() {
  const { t } = useText();
  const navigate = useNavigate();
  return (
    <div className={classNames(side, "items-start gap-3 px-5 py-4")}>
      <p role="status" className="text-body">
        {t("plan.was_refused")}
      </p>
      <Button onClick={() => void navigate("/system/modules")}>{t("plan.back")}</Button>
    </div>
  );
}

/** The journal of stages above, the decision at the foot. */
function PlanSide({ plan, operation, onStarted }: PlanSideProps) {
  return (
    <div className={side}>
      <div
        tabIndex={0}
        data-focus="inside"
        className="grid min-h-0 flex-1 content-start gap-3 overflow-y-auto overscroll-contain px-5 py-4"
      >
        {operation ? <OperationStages operation={operation} /> : plan && <PlannedStages plan={plan} />}
      </div>
      {plan && !operation && <ApprovalPanel plan={plan} onStarted={onStarted} />}
      {operation && operation.state !== "running" && <OperationFoot operation={operation} />}
    </div>
  );
}

/** What is behind before the approval, and what is ahead with its estimate. */
function PlannedStages({ plan }: { plan: Plan }) {
  const text = useText();
  const { t, n, format } = text;
  const now = allStages.indexOf("approved");
  const details: Partial<Record<string, string>> = {
    checked: plan.package && n("plan.digests_match", plan.package.files),
    received:
      plan.package && n("plan.archive", plan.package.files, { size: format.bytes(plan.package.size) }),
    trusted: plan.trust.signer,
    planned: n("plan.tables_count", plan.tables.length),
  };
  const rows = allStages.map((id, position): StageRow => {
    const estimate = plan.estimates?.[id];
    const ahead = estimate === undefined ? undefined : t("plan.about", { time: format.duration(estimate) });
    if (position < now) return { id, state: "done", detail: details[id] };
    if (position === now) return { id, state: "waiting", aside: t("plan.awaits_you") };
    return { id, state: "pending", aside: ahead };
  });
  return <Stages rows={rows} title={t("stages.title")} />;
}

function OperationFoot({ operation }: { operation: Operation }) {
  const { t } = useText();
  const navigate = useNavigate();
  const done = operation.state === "done" && operation.kind !== "uninstall";
  return (
    <div className="flex justify-end gap-2 border-line border-t bg-surface px-5 py-4">
      {done ? (
        <Button kind="primary" onClick={() => void navigate(`/system/modules/${operation.module}`)}>
          {t("plan.open_module")}
        </Button>
      ) : (
        <Button onClick={() => void navigate("/system/modules")}>{t("plan.back")}</Button>
      )}
    </div>
  );
}
