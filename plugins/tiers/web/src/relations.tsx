import { type RecordData, type RecordWidgetProps, useList, useRecord, useTranslation } from "@opsflux/ui";
import { ScoreFigure } from "./score_figure";

/** More than this and the list behind it is the better place to look. */
const shownSubsidiaries = 12;
const shownContacts = 6;

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The group a company stands in, with everybody's score, and the people to speak to. */
export function Relations({ entity, record }: RecordWidgetProps) {
  const { t } = useTranslation("tiers");
  const parent = useRecord("tiers.company", text(record.parent));
  const subsidiaries = useList("tiers.company", {
    filter: `parent == ${JSON.stringify(record.id)}`,
    sort: "legal_name",
    page_size: shownSubsidiaries,
  });
  const contacts = useList("tiers.contact", {
    filter: `company == ${JSON.stringify(record.id)} && status != "left"`,
    sort: "full_name",
    page_size: shownContacts,
  });

  if (subsidiaries.error || contacts.error) return <p className="tiers-note">{t("relations.failed")}</p>;
  if (!subsidiaries.data || !contacts.data) return <div className="tiers-waiting" aria-busy="true" />;

  const below = subsidiaries.data;
  const people = contacts.data;
  const alone = !parent.data && below.data.length === 0;
  if (alone && people.data.length === 0) return <p className="tiers-note">{t("relations.none")}</p>;

  const limit = entity.fields.find((field) => field.name === "score")?.limit;
  return (
    <div className="tiers-relations">
      {!alone && (
        <ul className="tiers-tree" aria-label={t("widget.relations")}>
          {parent.data && <Company company={parent.data} level={0} hint={t("relations.parent")} limit={limit} />}
          <Company company={record} level={parent.data ? 1 : 0} hint={t("relations.this")} limit={limit} current />
          {below.data.map((company) => (
            <Company key={company.id} company={company} level={parent.data ? 2 : 1} limit={limit} />
          ))}
          <More total={below.meta.total} shown={below.data.length} />
        </ul>
      )}
      {people.data.length > 0 && (
        <>
          <h3 className="tiers-heading">
            {t("relations.contacts")} <span>{people.meta.total}</span>
          </h3>
          <ul className="tiers-people">
            {people.data.map((person) => (
              <li key={person.id}>
                <a href={`/tiers/contacts/${encodeURIComponent(person.id)}`}>{text(person.full_name)}</a>
                <span>{text(person.job_title)}</span>
              </li>
            ))}
            <More total={people.meta.total} shown={people.data.length} />
          </ul>
        </>
      )}
    </div>
  );
}

interface CompanyProps {
  company: RecordData;
  level: number;
  hint?: string;
  limit: number | undefined;
  current?: boolean;
}

function Company({ company, level, hint, limit, current }: CompanyProps) {
  const name = text(company.legal_name);
  return (
    <li className="tiers-company" style={{ paddingInlineStart: `${level * 16}px` }} aria-current={current || undefined}>
      {level > 0 && <span className="tiers-branch" aria-hidden="true" />}
      <span className="tiers-name">
        {current ? <strong>{name}</strong> : <a href={`/tiers/companies/${encodeURIComponent(company.id)}`}>{name}</a>}
        {hint && <small>{hint}</small>}
      </span>
      <ScoreFigure score={company.score} limit={limit} />
    </li>
  );
}

function More({ total, shown }: { total: number; shown: number }) {
  const { t } = useTranslation("tiers");
  if (total <= shown) return null;
  return <li className="tiers-note">{t("relations.more", { count: total - shown })}</li>;
}
