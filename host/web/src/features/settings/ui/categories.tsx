import { classNames } from "@opsflux/ui";
import { Link, useNavigate } from "react-router";
import { useText } from "../../../shared/i18n/text";
import { useMedia } from "../../../shared/ui/preferences";
import type { SettingCategory } from "../api/all_settings";

export interface CategoriesProps {
  categories: SettingCategory[];
  chosen: SettingCategory;
}

const address = (category: SettingCategory) => `/system/settings/${encodeURIComponent(category.id)}`;

interface Part {
  title: string;
  categories: SettingCategory[];
}

/** The categories of one module stand together. One without a category bears its module's name already. */
function partsOf(categories: SettingCategory[]): Part[] {
  const modules = [...new Set(categories.map(({ group }) => group))];
  return modules.map((group) => ({
    title: group.name,
    categories: categories.filter((category) => category.group === group),
  }));
}

/** A list beside the fields; where there is no room for one, a choice above them. */
export function Categories(props: CategoriesProps) {
  const beside = useMedia("(width >= 1024px)");
  return beside ? <CategoryList {...props} /> : <CategoryChoice {...props} />;
}

function CategoryList({ categories, chosen }: CategoriesProps) {
  const { t } = useText();
  return (
    <nav aria-label={t("settings.categories")} className="sticky top-4 grid gap-4">
      {partsOf(categories).map((part) => (
        <div key={part.title}>
          {part.categories[0]?.label !== part.title && (
            <p className="px-2.5 pb-1 text-text-3 text-xs">{part.title}</p>
          )}
          <ul className="grid gap-0.5">
            {part.categories.map((category) => (
              <li key={category.id}>
                <Link
                  to={address(category)}
                  aria-current={category === chosen ? "page" : undefined}
                  className={classNames(
                    "flex min-h-8 items-center rounded-control px-2.5 text-body hover:bg-muted touch:min-h-11",
                    category === chosen && "bg-accent-soft font-medium text-accent",
                  )}
                >
                  {category.label}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function CategoryChoice({ categories, chosen }: CategoriesProps) {
  const { t } = useText();
  const navigate = useNavigate();
  return (
    <select
      aria-label={t("settings.categories")}
      className="control choice"
      value={chosen.id}
      onChange={(event) => {
        const next = categories.find(({ id }) => id === event.target.value);
        if (next) void navigate(address(next));
      }}
    >
      {partsOf(categories).map((part) => (
        <optgroup key={part.title} label={part.title}>
          {part.categories.map((category) => (
            <option key={category.id} value={category.id}>
              {category.label}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}
