// What stands around a record: tags, shares, versions, a copy, a merge that is taken back, and the end of a record.
import assert from "node:assert/strict";
import { becomes, gone, logIn, save, shows, textOf, toast } from "./support/acts.mjs";
import { Api, administrator, company } from "./support/api.mjs";
import { desktop } from "./support/browser.mjs";
import { bulkBar, openMenu, pick } from "./support/lists.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

const list = "/tiers/companies";
const recordPath = ({ id }) => `${list}/${id}`;

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install();
  const { api } = world;
  world.kribi = await api.create("companies", { legal_name: "Kribi Logistics", city: "Kribi", code: "KRI-1" });
  world.double = await api.create("companies", {
    legal_name: "Kribi Logistique SA",
    city: "Douala",
    employees: 84,
    website: "https://kribi.example",
  });
  await api.create("contacts", { last_name: "Ekomo", first_name: "Paul", company: world.double.id });
  // The module's automation sets the next review of what is new.
  await becomes(async () => (await api.get(`tiers/companies/${world.kribi.id}`)).version, 2);
  await api.change("companies", { ...world.kribi, version: 2 }, { city: "Limbé", employees: 61 });
  world.awa = await api.user("Awa Ndiaye", "trois pirogues bleues");
}

const more = (page, name) => openMenu(page, `Autres actions pour ${name}`);
const choose = async (page, name, entry) =>
  (await more(page, name)).getByRole("menuitem", { name: entry, exact: true }).click();
const history = (page) =>
  page.getByRole("navigation", { name: "Parties de la fiche" }).getByRole("button", { name: "Historique" });

story("Around a record", { arrange }, (step) => {
  let page;

  step("tags are given and taken away in the head, and stay", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator, recordPath(world.kribi));
    await page.getByRole("button", { name: "Modifier les étiquettes" }).click();
    const input = page.getByLabel("Étiquettes de la fiche").and(page.locator("input"));
    await input.fill("à auditer");
    await input.press("Enter");
    await input.fill("urgent,");
    const tags = page.getByRole("list", { name: "Étiquettes de la fiche" }).getByRole("listitem");
    await becomes(() => tags.allInnerTexts(), ["urgent", "à auditer"]);
    await page.getByRole("button", { name: "Retirer urgent" }).click();
    await becomes(() => tags.allInnerTexts(), ["à auditer"]);
    await page.keyboard.press("Escape");
    const stored = async () => (await world.api.get(`tiers/companies/${world.kribi.id}/around`)).tags;
    await becomes(stored, ["à auditer"]);
    await look(page, "110-record-tags");
  });

  step("a record is shared with a person, who may then do more, and the share is taken back", async (world) => {
    await choose(page, "Kribi Logistics", "Partager…");
    const dialog = page.getByRole("dialog", { name: "Partager Kribi Logistics" });
    await shows(dialog, "Cette fiche n’est partagée avec personne.");
    await pick(dialog.getByRole("combobox", { name: "Personne" }), "Awa");
    await dialog.getByRole("button", { name: "Partager", exact: true }).click();
    const row = dialog.getByRole("listitem").filter({ hasText: "Awa Ndiaye" });
    await shows(row);
    await row.getByRole("combobox").selectOption({ label: "Consulter et modifier" });
    const shares = async () =>
      (await world.api.get(`tiers/companies/${world.kribi.id}/around`)).shares.map(
        ({ grantee, editable }) => ({ grantee, editable }),
      );
    await becomes(shares, [{ grantee: world.awa.id, editable: true }]);
    await look(page, "111-record-share");
    await dialog.getByRole("button", { name: "Retirer le partage avec Awa Ndiaye" }).click();
    await becomes(shares, []);
    await shows(dialog, "Cette fiche n’est partagée avec personne.");
    await dialog.getByRole("button", { name: "Fermer" }).last().click();
  });

  step("versions tell who changed what; any two are compared", async () => {
    await history(page).click();
    await shows(page.getByRole("heading", { name: "De la version 2 à la version 3" }));
    const difference = page.getByRole("region", { name: "De la version 2 à la version 3" });
    await becomes(async () => (await textOf(difference)).includes("Limbé"), true);
    const rows = await difference.locator("tbody tr").allInnerTexts();
    assert.deepEqual(
      rows.map((row) => row.replace(/\s+/g, " ").trim()),
      ["Effectif – aucune valeur 61", "Ville Kribi Limbé"],
    );
    await look(page, "112-record-versions");
    await page.getByRole("radio", { name: "Comparer la version 1 (De)" }).check();
    await shows(page.getByRole("heading", { name: "De la version 1 à la version 3" }));
  });

  step("a version is restored, and that can be taken back", async (world) => {
    await page.getByRole("button", { name: "Rétablir la version 1" }).click();
    await shows(toast(page), "Version 1 rétablie.");
    assert.equal((await company(world.api, "Kribi Logistics")).city, "Kribi");
    await shows(page, "Version 4");
    await toast(page).getByRole("button", { name: "Annuler" }).last().click();
    await becomes(async () => (await company(world.api, "Kribi Logistics")).city, "Limbé");
    await becomes(async () => page.getByText("Version 5", { exact: true }).isVisible(), true);
  });

  step("a copy is made and completed", async (world) => {
    await choose(page, "Kribi Logistics", "Dupliquer");
    await shows(page.getByRole("heading", { name: "Modifier Kribi Logistics (copie)" }));
    await save(page);
    await shows(page.getByRole("heading", { name: "Kribi Logistics (copie)", level: 1 }));
    const copy = await company(world.api, "Kribi Logistics (copie)");
    assert.equal(copy.city, "Limbé");
    assert.equal(copy.code, null, "what is unique is not copied");
    assert.notEqual(copy.id, world.kribi.id);
  });

  step("two records become one: values are chosen, links move, and undoing brings both back", async (world) => {
    await page.goto(recordPath(world.kribi));
    await choose(page, "Kribi Logistics", "Fusionner…");
    const dialog = page.getByRole("dialog", { name: "Fusionner avec Kribi Logistics" });
    const submit = dialog.getByRole("button", { name: /^Fusionner/ });
    assert.equal(await submit.isDisabled(), true);
    await pick(dialog.getByRole("combobox", { name: "Fiche à absorber" }), "Kribi Logistique");
    await shows(dialog.getByRole("heading", { name: "Valeurs à garder" }));
    const city = dialog.getByRole("group", { name: "Ville" });
    assert.equal(await city.getByRole("radio", { name: "Limbé" }).isChecked(), true);
    const site = dialog.getByRole("group", { name: "Site web" });
    assert.equal(await site.getByRole("radio", { name: "https://kribi.example" }).isChecked(), true);
    await dialog.getByRole("group", { name: "Effectif" }).getByRole("radio", { name: "84" }).check();
    await look(page, "113-record-merge");
    await submit.click();
    await gone(dialog);
    await shows(toast(page), "Kribi Logistique SA est absorbée.");
    const merged = await world.api.get(`tiers/companies/${world.kribi.id}`);
    assert.deepEqual(
      [merged.city, merged.employees, merged.website],
      ["Limbé", 84, "https://kribi.example"],
    );
    const contacts = (await world.api.get("tiers/contacts")).data;
    assert.equal(contacts[0].company, world.kribi.id);
    await history(page).click();
    const merges = page.getByRole("region", { name: "Fusions" });
    await shows(merges, "Kribi Logistique SA");
    await merges.getByRole("button", { name: "Annuler" }).click();
    await shows(merges, "annulée");
    assert.equal((await world.api.get(`tiers/companies/${world.kribi.id}`)).employees, 61);
    assert.equal((await company(world.api, "Kribi Logistique SA")).city, "Douala");
    assert.equal((await world.api.get("tiers/contacts")).data[0].company, world.double.id);
  });

  step("what is refused is said in the dialog", async () => {
    await choose(page, "Kribi Logistics", "Fusionner…");
    const dialog = page.getByRole("dialog", { name: "Fusionner avec Kribi Logistics" });
    await pick(dialog.getByRole("combobox", { name: "Fiche à absorber" }), "Kribi Logistics", true);
    await shows(dialog, "C’est cette fiche. Choisissez-en une autre.");
    await dialog.getByRole("button", { name: "Annuler" }).click();
  });

  step("a deleted record is removed for good once that is confirmed", async (world) => {
    const copy = await company(world.api, "Kribi Logistics (copie)");
    await world.api.call("DELETE", `tiers/companies/${copy.id}`);
    await page.goto(recordPath(copy));
    await shows(page, /Cette fiche a été supprimée/);
    await choose(page, "Kribi Logistics (copie)", "Supprimer définitivement…");
    const dialog = page.getByRole("dialog", { name: /^Supprimer définitivement/ });
    await look(page, "114-record-purge");
    await dialog.getByRole("button", { name: "Supprimer définitivement" }).click();
    await shows(toast(page), /Supprimée définitivement/);
    await shows(page.getByRole("heading", { name: "Entreprises", level: 1 }));
    await assert.rejects(world.api.get(`tiers/companies/${copy.id}`), /404/);
  });

  step("several are removed from the list of deleted ones; who is still named is kept, with the reason", async (world) => {
    const free = await world.api.create("companies", { legal_name: "Sans attache" });
    const [contact] = (await world.api.get("tiers/contacts")).data;
    await world.api.call("DELETE", `tiers/contacts/${contact.id}`);
    for (const { id } of [free, world.double]) await world.api.call("DELETE", `tiers/companies/${id}`);
    await page.goto(`${list}?deleted=true`);
    await page.getByRole("checkbox", { name: "Tout cocher" }).check();
    await bulkBar(page).getByRole("button", { name: "Supprimer définitivement" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Supprimer définitivement" }).click();
    const report = page.getByRole("dialog", { name: "1 fiche refusée" });
    await shows(report, "Kribi Logistique SA");
    await look(page, "115-record-purge-refused", { desktop });
    await report.getByRole("button", { name: "Fermer" }).last().click();
    await assert.rejects(world.api.get(`tiers/companies/${free.id}`), /404/);
    await becomes(async () => (await world.api.get("tiers/companies?deleted=true")).meta.total, 1);
  });

  step("who may not look through the people shares with groups, and sees what is shared", async (world) => {
    const other = await world.browser.person({ viewport: desktop });
    await logIn(other, world.awa, recordPath(world.kribi));
    await choose(other, "Kribi Logistics", "Partager…");
    const dialog = other.getByRole("dialog", { name: "Partager Kribi Logistics" });
    await shows(dialog, "Cette fiche n’est partagée avec personne.");
    await shows(dialog.getByRole("combobox", { name: "Groupe" }));
    assert.equal(await dialog.getByRole("combobox", { name: "Personne" }).count(), 0);
  });
});
