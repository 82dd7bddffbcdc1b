// What people do with lists, filters and records.
import { field } from "./acts.mjs";

export const filterDialog = (page) => page.getByRole("dialog", { name: "Filtrer" });

/**
 * Adds a condition by the filter form. `value` is typed; `{ choose }` takes an entry of the value's list, `{ pick }`
 * the record that is found by these words.
 */
export async function addFilter(page, name, operator, value) {
  await page.getByRole("button", { name: "Filtrer", exact: true }).click();
  const form = filterDialog(page);
  await field(form, "Champ").selectOption({ label: name });
  await field(form, "Condition").selectOption({ label: operator });
  const input = field(form, "Valeur");
  if (value?.choose) await input.selectOption({ label: value.choose });
  else if (value?.pick) await pick(input, value.pick);
  else if (value !== undefined) await input.fill(value);
  await form.getByRole("button", { name: "Ajouter le filtre" }).click();
  await form.waitFor({ state: "hidden" });
}

/** Chooses in a reference field the first record that is found; with `exact` the one that is called so. */
export async function pick(input, words, exact = false) {
  await input.click();
  await input.fill(words);
  await input.page().getByRole("option", { name: words, exact }).first().click();
}

/** The chips above the list: field, condition and value of each. */
export const chips = (page) =>
  page
    .getByRole("button", { name: /^Retirer le filtre / })
    .locator("xpath=..")
    .evaluateAll((all) =>
      all.map((chip) =>
        [...chip.children]
          .map((part) => part.innerText)
          .filter(Boolean)
          .join(" "),
      ),
    );

export const columnHead = (page, name) => page.getByRole("columnheader", { name, exact: true });

export const search = (page) => page.getByRole("searchbox", { name: "Rechercher" });

export const tab = (page, name) =>
  page.getByRole("navigation", { name: "Vues" }).getByRole("button", { name: new RegExp(`^${name}`) });

export const foot = (page) => page.locator("main footer").last();

/** What the address says after the question mark. */
export const query = (page) => Object.fromEntries(new URL(page.url()).searchParams);

/** The names that the server gives for a list. */
export async function served(api, search, plural = "companies", title = "legal_name") {
  const list = await api.get(`tiers/${plural}?${new URLSearchParams({ sort: title, ...search })}`);
  return list.data.map((record) => record[title]);
}

export const bulkBar = (page) => page.getByRole("region", { name: "Lignes cochées" });

export const openMenu = async (page, name) => {
  await page.getByRole("button", { name, exact: true }).click();
  return page.getByRole("menu");
};
