import { buttonClasses, Card, Status } from "@opsflux/ui";
import { useQueries, useQuery } from "@tanstack/react-query";
import { ArrowRight, Blocks, Clock, LayoutList } from "lucide-react";
import { Link } from "react-router";
import {
  type App,
  entityPath,
  isAdministrator,
  isOfAdministration,
  recordPath,
  useApp,
} from "../../../shared/api/app";
import { type InstalledModule, modulesQuery } from "../../../shared/api/modules";
import { countQuery, listQuery } from "../../../shared/api/records";
import { titleOf } from "../../../shared/api/title";
import { entityWord } from "../../../shared/i18n/entity_text";
import { useText } from "../../../shared/i18n/text";
import { Slot } from "../../../shared/modules/slot";
import { Avatar } from "../../../shared/ui/avatar";
import { Icon } from "../../../shared/ui/icon";
import { PageBody, PageHead, useCrumbs } from "../../../shared/ui/page";
import { Notice } from "../../../shared/ui/states";

type Entity = App["entities"][number];

/** Records of modules; users and the like belong to the administration. */
function businessEntities(app: App): Entity[] {
  return app.entities.filter(
    (entity) => !isOfAdministration(entity) && !entity.part_of && entity.rights.includes("view"),
  );
}

export function HomePage() {
  const { t } = useText();
  const app = useApp();
  const entities = businessEntities(app);
  useCrumbs([{ label: t("nav.home") }]);
  return (
    <PageBody>
      <PageHead title={t("home.title", { name: app.user.name })} subtitle={app.instance.name} />
      <div className="grid gap-5 px-6 pb-8 touch:px-4">
        {entities.length === 0 ? (
          <FirstSteps app={app} />
        ) : (
          <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start gap-5 narrow:grid-cols-1">
            <RecentRecords entities={entities} />
            <div className="grid gap-5">
              <EntityCounts entities={entities} />
              {isAdministrator(app.user) && <ActiveModules />}
              <Slot slot="home.card" />
            </div>
          </div>
        )}
      </div>
    </PageBody>
  );
}

/** An empty instance: what to do first. */
function FirstSteps({ app }: { app: App }) {
  const { t } = useText();
  const installed = useQuery({ ...modulesQuery, enabled: isAdministrator(app.user) }).data ?? [];
  const inactive = installed.some((module) => module.state === "inactive");
  if (!isAdministrator(app.user))
    return (
      <Notice icon={<Blocks size={20} aria-hidden="true" />} title={t("home.empty_user")}>
        {t("home.empty_user_help")}
      </Notice>
    );
  return (
    <Notice
      icon={<Blocks size={20} aria-hidden="true" />}
      title={t(inactive ? "home.all_inactive" : "home.empty_admin")}
      action={
        <Link to="/system/modules" className={buttonClasses("primary")}>
          {t(inactive ? "home.activate" : "home.install_first")}
          <ArrowRight size={16} aria-hidden="true" />
        </Link>
      }
    >
      {t(inactive ? "home.all_inactive_help" : "home.empty_admin_help")}
    </Notice>
  );
}

const recentEach = 6;
const recentAll = 10;

/** What changed last, over all entities that the user may see. */
function RecentRecords({ entities }: { entities: Entity[] }) {
  const text = useText();
  const { t, format } = text;
  const results = useQueries({
    queries: entities.map((entity) =>
      listQuery(entity, { sort: "-updated_at", page: 1, page_size: recentEach }),
    ),
  });
  const recent = results
    .flatMap((result, position) => {
      const entity = entities[position];
      return entity ? (result.data?.data ?? []).map((record) => ({ entity, record })) : [];
    })
    .sort((a, b) => b.record.updated_at.localeCompare(a.record.updated_at))
    .slice(0, recentAll);
  const loading = results.some((result) => result.isPending);
  return (
    <Card flush icon={<Clock size={16} aria-hidden="true" />} title={t("home.recent")}>
      {!loading && recent.length === 0 && (
        <p className="px-3.5 py-4 text-body text-text-2">{t("home.recent_empty")}</p>
      )}
      <ul>
        {recent.map(({ entity, record }) => (
          <li
            key={record.id}
            className="relative flex min-h-(--row-h) items-center gap-3 border-line-soft border-t px-3.5 text-body first:border-t-0 hover:bg-muted/60 touch:min-h-12"
          >
            <Avatar name={titleOf(entity, record)} />
            <Link
              to={recordPath(entity, record.id)}
              data-focus="inside"
              className="min-w-0 flex-1 truncate font-medium after:absolute after:inset-0 after:content-['']"
            >
              {titleOf(entity, record)}
            </Link>
            <span className="text-text-3 text-xs">{entityWord(text, entity, "one")}</span>
            <span className="w-20 text-right text-sm text-text-2">{format.agoShort(record.updated_at)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function EntityCounts({ entities }: { entities: Entity[] }) {
  const { t } = useText();
  return (
    <Card flush icon={<LayoutList size={16} aria-hidden="true" />} title={t("home.entities")}>
      <ul>
        {entities.map((entity) => (
          <EntityCount key={entity.name} entity={entity} />
        ))}
      </ul>
    </Card>
  );
}

function EntityCount({ entity }: { entity: Entity }) {
  const text = useText();
  const count = useQuery(countQuery(entity, undefined)).data;
  return (
    <li className="relative flex min-h-(--row-h) items-center gap-3 border-line-soft border-t px-3.5 text-body first:border-t-0 hover:bg-muted/60 touch:min-h-12">
      <Icon name={entity.icon} className="text-text-3" />
      <Link
        to={entityPath(entity)}
        data-focus="inside"
        className="flex-1 after:absolute after:inset-0 after:content-['']"
      >
        {entityWord(text, entity, "many")}
      </Link>
      {count !== undefined && <span className="font-strong">{text.format.number(count)}</span>}
    </li>
  );
}

function ActiveModules() {
  const { t } = useText();
  const modules = (useQuery(modulesQuery).data ?? []).filter((module) => module.trust !== "core");
  if (modules.length === 0) return null;
  return (
    <Card
      flush
      icon={<Blocks size={16} aria-hidden="true" />}
      title={t("nav.modules")}
      aside={
        <Link to="/system/modules" className="page-link text-sm">
          {t("home.manage")}
        </Link>
      }
    >
      <ul>
        {modules.map((module) => (
          <ModuleLine key={module.id} module={module} />
        ))}
      </ul>
    </Card>
  );
}

function ModuleLine({ module }: { module: InstalledModule }) {
  const { t } = useText();
  return (
    <li className="relative flex min-h-(--row-h) items-center gap-3 border-line-soft border-t px-3.5 text-body first:border-t-0 hover:bg-muted/60 touch:min-h-12">
      <Icon name={module.icon ?? "package"} className="text-text-3" />
      <Link
        to={`/system/modules/${module.id}`}
        data-focus="inside"
        className="min-w-0 flex-1 truncate after:absolute after:inset-0 after:content-['']"
      >
        {module.name}
      </Link>
      <span className="text-text-3 text-xs">{module.version}</span>
      <Status tone={module.state === "active" ? "ok" : "off"} className="text-sm">
        {t(`module.state.${module.state}`)}
      </Status>
    </li>
  );
}
