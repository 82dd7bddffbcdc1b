// One record: looking, changing in place and by form, deleting and taking back, and two people on the same record.
import assert from "node:assert/strict";
import {
  becomes,
  field,
  gone,
  logIn,
  menu,
  names,
  noteOf,
  save,
  shows,
  sidebar,
  textOf,
  toast,
  value,
} from "./support/acts.mjs";
import { administrator, company, demoData } from "./support/api.mjs";
import { desktop } from "./support/browser.mjs";
import { bulkBar, openMenu, pick, served } from "./support/lists.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

const list = "/tiers/companies";
const recordPath = ({ id }) => `${list}/${id}`;

const tick = (page, name) => page.getByRole("checkbox", { name: `Cocher ${name}` }).click();

/** Begins to change one value in its place on the record's page. */
async function editInPlace(page, label) {
  await value(page, label).hover();
  await page.getByRole("button", { name: `Modifier ${label}`, exact: true }).click();
  return field(page.locator("dd form"), label);
}

const activity = (page) => page.getByRole("complementary", { name: "Activité" });

const conflict = (page) => page.getByRole("dialog", { name: /^Modifiée par|^Fiche modifiée/ });

story("Records", { arrange: demoData }, (step) => {
  let page;
  let rig; // The company that most steps work with.

  step("a record shows its facts, its sections, what belongs to it and what was done", async (world) => {
    rig = await company(world.api, "Iguéla Drilling");
    page = await world.browser.person();
    await logIn(page, administrator, recordPath(rig));
    await shows(page.getByRole("heading", { name: "Iguéla Drilling", level: 1 }));
    assert.match(await textOf(value(page, "Score")), new RegExp(`^${rig.score}\\b`));
    await shows(page.getByRole("heading", { name: "Contacts" }).last());
    await shows(activity(page), "a créé la fiche");
    await look(page, "30-record");
  });

  step("a value is changed in its place, and the activity tells from what to what", async (world) => {
    const input = await editInPlace(page, "Ville");
    await input.fill("Libreville");
    await input.press("Enter");
    await becomes(() => textOf(value(page, "Ville")), "Libreville");
    assert.equal((await company(world.api, "Iguéla Drilling")).city, "Libreville");
    const entry = activity(page).getByRole("listitem").filter({ hasText: "a modifié 1 champ" }).first();
    await becomes(async () => (await textOf(entry)).includes("Libreville"), true);
    assert.ok((await textOf(entry)).includes(rig.city));
  });

  step("a choice and a reference are changed in their place", async (world) => {
    await (await editInPlace(page, "Criticité")).selectOption({ label: "A" });
    await page.locator("dd form").getByRole("button", { name: "Enregistrer" }).click();
    await becomes(() => textOf(value(page, "Criticité")), "A");
    const identity = page.getByRole("region", { name: "Identité" });
    await identity.getByRole("button", { name: /^Champs vides/ }).click();
    await pick(await editInPlace(page, "Maison mère"), "Groupe Aérogolfe");
    await page.locator("dd form").getByRole("button", { name: "Enregistrer" }).click();
    await becomes(() => textOf(value(page, "Maison mère")), "Groupe Aérogolfe");
    const saved = await company(world.api, "Iguéla Drilling");
    assert.equal(saved.parent, (await company(world.api, "Groupe Aérogolfe")).id);
    await becomes(async () => (await textOf(activity(page))).includes(saved.parent), false);
  });

  step("people comment on a record, and keep it in view", async (world) => {
    const record = await company(world.api, "Iguéla Drilling");
    const comments = page.getByRole("region", { name: "Commentaires" });
    await comments.getByRole("textbox", { name: "Écrire un commentaire" }).fill("À **revoir** avec <b>Ada</b>");
    await comments.getByRole("button", { name: "Commenter" }).click();
    await becomes(async () => (await textOf(comments)).includes("À revoir avec <b>Ada</b>"), true);
    const star = page.getByRole("button", { name: "Favori" });
    await star.click();
    await becomes(() => star.getAttribute("aria-pressed"), "true");
    const around = await world.api.get(`tiers/companies/${record.id}/around`);
    assert.equal(around.favourite, true);
    assert.equal(around.followed, true, "who comments follows");
    assert.equal(around.comments, 1);
    await look(page, "30-comments", { desktop });
    await comments.getByRole("button", { name: "Supprimer le commentaire" }).click();
    await becomes(async () => (await textOf(comments)).includes("Aucun commentaire."), true);
  });

  step("Escape leaves the value as it was", async (world) => {
    const before = (await company(world.api, "Iguéla Drilling")).version;
    const input = await editInPlace(page, "Ville");
    await input.fill("Nulle part");
    await input.press("Escape");
    await becomes(() => textOf(value(page, "Ville")), "Libreville");
    assert.equal((await company(world.api, "Iguéla Drilling")).version, before);
  });

  step("what is refused in its place is said there, and the typing stays", async () => {
    const input = await editInPlace(page, "Code");
    await input.fill("avec des espaces");
    await input.press("Enter");
    await becomes(async () => ((await noteOf(input)) ?? "").length > 20, true);
    assert.equal(await input.getAttribute("aria-invalid"), "true");
    assert.equal(await input.inputValue(), "avec des espaces");
    await look(page, "31-inline-refused", { desktop });
    await input.press("Escape");
  });

  step("the form changes several fields at once", async (world) => {
    await page.getByRole("link", { name: "Modifier", exact: true }).click();
    await shows(page.getByRole("heading", { name: "Modifier Iguéla Drilling" }));
    await field(page, "Nom commercial").fill("Iguéla");
    await field(page, "Statut").selectOption({ label: "À renouveler" });
    await field(page, "Capital social").fill("1 250 000,50");
    assert.equal(await field(page, "Capital social").inputValue(), "1250000,50");
    await look(page, "32-form");
    await Promise.all([shows(toast(page), "Iguéla Drilling : modifications enregistrées."), save(page)]);
    await becomes(() => textOf(value(page, "Capital social")), "1 250 000,50");
    const saved = await company(world.api, "Iguéla Drilling");
    assert.deepEqual(
      [saved.trade_name, saved.status, saved.share_capital],
      ["Iguéla", "renew", "1250000.50"],
    );
    await shows(activity(page), "a modifié 3 champs");
  });

  step("tags are added with Enter and comma and taken away by cross and Backspace", async (world) => {
    await page.goto(`${recordPath(rig)}/edit`);
    const tags = field(page, "Étiquettes");
    await tags.click();
    await page.keyboard.type("forage,urgent,");
    await page.keyboard.type("essai");
    await page.keyboard.press("Enter");
    await page.keyboard.type("de trop");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Backspace");
    await page.getByRole("button", { name: "Retirer urgent" }).click();
    await save(page);
    await becomes(
      async () => (await company(world.api, "Iguéla Drilling")).tags,
      [...(rig.tags ?? []), "forage", "essai"],
    );
    await shows(value(page, "Étiquettes"), "forage");
  });

  step("a value that must be unique and exists is refused at its field", async (world) => {
    const taken = await company(world.api, "Groupe Aérogolfe");
    await page.goto(`${list}/new`);
    await field(page, "Raison sociale").fill("Copie");
    await field(page, "Code").fill(taken.code);
    await save(page);
    await becomes(
      () => noteOf(field(page, "Code")),
      "Une fiche porte déjà cette valeur. Choisissez-en une autre, ou ouvrez la fiche existante.",
    );
    await shows(page, "Un champ est à corriger. Rien n’est encore enregistré.");
    assert.ok(await field(page, "Code").evaluate((input) => input === document.activeElement));
    assert.equal(await company(world.api, "Copie"), undefined);
    await look(page, "33-form-refused", { desktop });
  });

  step("several wrong fields are told together", async () => {
    await field(page, "Devise").fill("euros");
    await field(page, "Effectif").fill("beaucoup");
    await save(page);
    await shows(page, /^\d champs sont à corriger\. Rien n’est encore enregistré\.$/);
    for (const label of ["Devise", "Effectif"])
      await becomes(() => field(page, label).getAttribute("aria-invalid"), "true");
    await page.getByRole("button", { name: "Annuler" }).click();
    await shows(page.getByRole("heading", { name: "Entreprises", level: 1 }));
  });

  step("a draft is kept on the device while one looks elsewhere, and can be thrown away", async () => {
    await page.goto(`${list}/new`);
    await field(page, "Raison sociale").fill("Brouillon Maritime");
    await field(page, "Ville").fill("Port-Gentil");
    await page.waitForFunction(() =>
      localStorage.getItem("opsflux.draft.tiers.company.new")?.includes("Gentil"),
    );
    await sidebar(page).getByRole("link", { name: "Accueil" }).click();
    await shows(page.getByRole("heading", { name: /^Bonjour/ }));
    await page.goto(`${list}/new`);
    await shows(page, /^Brouillon repris, gardé sur cet appareil/);
    assert.equal(await field(page, "Raison sociale").inputValue(), "Brouillon Maritime");
    await look(page, "34-draft", { desktop });
    await page.getByRole("button", { name: "Effacer le brouillon" }).click();
    assert.equal(await field(page, "Raison sociale").inputValue(), "");
    await page.reload();
    await shows(field(page, "Raison sociale"));
    assert.equal(await page.getByText(/^Brouillon repris/).count(), 0);
  });

  step("a draft that is left in haste is kept too", async () => {
    await page.goto(`${list}/new`);
    await field(page, "Raison sociale").fill("En hâte");
    await sidebar(page).getByRole("link", { name: "Accueil" }).click();
    await shows(page.getByRole("heading", { name: /^Bonjour/ }));
    await page.goto(`${list}/new`);
    await becomes(() => field(page, "Raison sociale").inputValue(), "En hâte");
    await page.getByRole("button", { name: "Effacer le brouillon" }).click();
  });

  step("a draft taken up again does not undo what others saved meanwhile", async (world) => {
    const before = await company(world.api, "Iguéla Drilling");
    await page.goto(`${recordPath(rig)}/edit`);
    await field(page, "Ville").fill("Mayumba");
    await page.waitForFunction(
      (name) => localStorage.getItem(name)?.includes("Mayumba"),
      `opsflux.draft.tiers.company.${rig.id}`,
    );
    await page.goto("/");
    await world.api.change("companies", before, { trade_name: "Iguéla Forage" });
    await page.goto(`${recordPath(rig)}/edit`);
    await shows(page, /^Brouillon repris/);
    assert.equal(await field(page, "Ville").inputValue(), "Mayumba");
    assert.equal(await field(page, "Nom commercial").inputValue(), "Iguéla Forage");
    await save(page);
    // The record is another one than the draft was begun on, so that the form asks.
    await shows(conflict(page), "Mayumba");
    assert.equal(await conflict(page).getByRole("group").count(), 1);
    await conflict(page).getByRole("button", { name: "Enregistrer ce choix" }).click();
    await becomes(async () => (await company(world.api, "Iguéla Drilling")).city, "Mayumba");
    assert.equal((await company(world.api, "Iguéla Drilling")).trade_name, "Iguéla Forage");
  });

  step("a reference is chosen with the keyboard alone and cleared by its cross", async (world) => {
    await page.goto(`${list}/new`);
    const parent = field(page, "Maison mère");
    await parent.focus();
    await page.keyboard.type("aérogolfe");
    await shows(page.getByRole("option", { name: "Groupe Aérogolfe" }));
    await page.keyboard.press("Enter");
    assert.equal(await parent.inputValue(), "Groupe Aérogolfe");
    await page.getByRole("button", { name: "Vider le champ" }).click();
    assert.equal(await parent.inputValue(), "");
    await parent.focus();
    await page.keyboard.type("rien de tel");
    await shows(page.getByRole("listbox"), "Rien ne correspond");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Annuler" }).click();
    assert.equal(await world.api.get("tiers/companies?q=rien").then(({ meta }) => meta.total), 0);
  });

  step("a contact made from a company has that company", async () => {
    await page.goto(recordPath(rig));
    await page.getByRole("link", { name: "Nouveau contact" }).first().click();
    await becomes(() => field(page, "Entreprise").inputValue(), "Iguéla Drilling");
    await field(page, "Prénom").fill("Awa");
    await field(page, "Nom").fill("Ndiaye");
    await Promise.all([shows(toast(page), "Awa Ndiaye : fiche créée."), save(page)]);
    await becomes(() => textOf(value(page, "Entreprise")), "Iguéla Drilling");
  });

  step(
    "two people change the same record: the second sees both values and chooses for each field",
    async (world) => {
      const other = await world.browser.person();
      await logIn(other, administrator, `${recordPath(rig)}/edit`);
      await page.goto(`${recordPath(rig)}/edit`);
      const mother = await company(world.api, "Equateur Hélico");
      for (const [open, city, phone] of [
        [page, "Gamba", "+241 11 00 00 01"],
        [other, "Omboué", "+241 11 00 00 02"],
      ]) {
        await field(open, "Ville").fill(city);
        await field(open, "Téléphone").fill(phone);
      }
      await pick(field(page, "Maison mère"), "Atlantique Raffinage");
      await pick(field(other, "Maison mère"), "Equateur Hélico");
      await Promise.all([
        shows(page.getByRole("heading", { name: "Iguéla Drilling", level: 1 })),
        save(page),
      ]);
      await save(other);
      await shows(conflict(other));
      // Who it was is asked for when the dialog opens.
      await becomes(
        async () => /^Modifiée par Jeanne Mabika il y a 1 min/.test(await textOf(conflict(other).getByRole("heading"))),
        true,
      );
      const choice = (label) => conflict(other).getByRole("group", { name: label });
      assert.match(await textOf(choice("Ville")), /Votre valeur\s+Omboué[\s\S]*Valeur enregistrée\s+Gamba/);
      // The names of records are asked for as well.
      await shows(choice("Maison mère"), "Equateur Hélico");
      await shows(choice("Maison mère"), "Atlantique Raffinage");
      assert.match(
        await textOf(choice("Maison mère")),
        /Votre valeur\s+Equateur Hélico[\s\S]*Atlantique Raffinage/,
      );
      assert.equal(await conflict(other).getByRole("group").count(), 3);
      await look(other, "35-conflict");
      await choice("Ville").getByLabel("Valeur enregistrée").check();
      await conflict(other).getByRole("button", { name: "Enregistrer ce choix" }).click();
      await gone(conflict(other));
      await becomes(() => textOf(value(other, "Téléphone")), "+241 11 00 00 02");
      const saved = await company(world.api, "Iguéla Drilling");
      assert.deepEqual([saved.city, saved.phone, saved.parent], ["Gamba", "+241 11 00 00 02", mother.id]);
      await becomes(() => textOf(value(page, "Téléphone")), "+241 11 00 00 02");
      await other.close();
    },
  );

  step("a conflict in place asks too, and going back to the typing saves nothing", async (world) => {
    const input = await editInPlace(page, "Ville");
    await input.fill("Mandji");
    const before = await company(world.api, "Iguéla Drilling");
    await world.api.change("companies", before, { city: "Lambaréné" });
    await shows(activity(page), "Lambaréné");
    await input.press("Enter");
    await shows(conflict(page), "Lambaréné");
    await conflict(page).getByRole("button", { name: "Revenir à la saisie" }).click();
    await gone(conflict(page));
    assert.equal(await input.inputValue(), "Mandji");
    assert.equal((await company(world.api, "Iguéla Drilling")).city, "Lambaréné");
    await input.press("Escape");
  });

  step("what others changed in other fields is no conflict: both changes are kept", async (world) => {
    await page.goto(`${recordPath(rig)}/edit`);
    await field(page, "Région").fill("Ogooué");
    const before = await company(world.api, "Iguéla Drilling");
    await world.api.change("companies", before, { website: "https://iguela.example" });
    await save(page);
    await becomes(() => textOf(value(page, "Région")), "Ogooué");
    await becomes(() => textOf(value(page, "Site web")), "iguela.example");
    const input = await editInPlace(page, "Région");
    await input.fill("Ngounié");
    await world.api.change("companies", await company(world.api, "Iguéla Drilling"), { city: "Mouila" });
    await shows(activity(page), "Mouila");
    await input.press("Enter");
    await becomes(() => textOf(value(page, "Région")), "Ngounié");
    const { city, region } = await company(world.api, "Iguéla Drilling");
    assert.deepEqual([city, region], ["Mouila", "Ngounié"]);
  });

  step("what is deleted can be had back at once", async (world) => {
    const one = await world.api.create("companies", { legal_name: "Aaa Éphémère" });
    await page.goto(recordPath(one));
    await (await openMenu(page, "Autres actions pour Aaa Éphémère")).getByText("Supprimer").click();
    await shows(toast(page), "Suppression faite : 1 entreprise.");
    await becomes(async () => (await names(page)).includes("Aaa Éphémère"), false);
    await look(page, "36-deleted-undo", { desktop });
    await toast(page).getByRole("button", { name: "Annuler" }).click();
    await becomes(async () => (await names(page))[0], "Aaa Éphémère");
    await shows(toast(page), "Rétablissement fait : 1 entreprise.");
  });

  step("the deleted ones are listed by themselves, and restored from there", async (world) => {
    const one = await company(world.api, "Aaa Éphémère");
    await world.api.call("DELETE", `tiers/companies/${one.id}`);
    await (await openMenu(page, "Autres actions")).getByText("Afficher les fiches supprimées").click();
    await shows(page.getByRole("heading", { name: "Entreprises : fiches supprimées" }));
    await shows(page.getByRole("cell", { name: "Aaa Éphémère", exact: true }));
    await look(page, "37-deleted");
    await tick(page, "Aaa Éphémère");
    await bulkBar(page).getByRole("button", { name: "Rétablir 1 entreprise" }).click();
    await shows(page, "Aucune fiche supprimée");
    assert.equal((await company(world.api, "Aaa Éphémère")).deleted_at, null);
    await (await openMenu(page, "Autres actions")).getByText("Revenir aux fiches actuelles").click();
    await becomes(async () => (await names(page))[0], "Aaa Éphémère");
  });

  step("the page of a deleted record says so, changes nothing, and restores it", async (world) => {
    const one = await company(world.api, "Aaa Éphémère");
    await world.api.call("DELETE", `tiers/companies/${one.id}`);
    await page.goto(recordPath(one));
    await shows(page, /^Cette fiche a été supprimée/);
    assert.equal(await page.getByRole("link", { name: "Modifier", exact: true }).count(), 0);
    await look(page, "38-deleted-record", { desktop });
    await page.getByRole("button", { name: "Rétablir" }).click();
    await shows(page.getByRole("link", { name: "Modifier", exact: true }));
    await gone(page.getByText(/^Cette fiche a été supprimée/));
  });

  step("several ticked rows are deleted together and had back together", async (world) => {
    for (const name of ["Aab Un", "Aac Deux"]) await world.api.create("companies", { legal_name: name });
    await page.goto(list);
    for (const name of ["Aaa Éphémère", "Aab Un", "Aac Deux"]) await tick(page, name);
    await shows(bulkBar(page), "Sélection : 3");
    await look(page, "39-bulk", { desktop });
    await bulkBar(page).getByRole("button", { name: "Supprimer 3 entreprises" }).click();
    await shows(toast(page), "Suppression faite : 3 entreprises.");
    await becomes(() => names(page), await served(world.api, {}));
    assert.equal(await company(world.api, "Aab Un"), undefined);
    await gone(bulkBar(page));
    await toast(page).getByRole("button", { name: "Annuler" }).last().click();
    await becomes(async () => (await names(page)).slice(0, 3), ["Aaa Éphémère", "Aab Un", "Aac Deux"]);
  });

  step("a click with Shift ticks all in between, one more click on the head all of the page", async () => {
    await tick(page, "Aaa Éphémère");
    await page.getByRole("checkbox", { name: "Cocher Aac Deux" }).click({ modifiers: ["Shift"] });
    await shows(bulkBar(page), "Sélection : 3");
    await page.getByRole("checkbox", { name: "Tout cocher" }).click();
    await shows(bulkBar(page), "Sélection : 25");
    await bulkBar(page).getByRole("button", { name: "Tout décocher" }).click();
    await gone(bulkBar(page));
  });

  step("of several that are deleted, those that must stay do, and the reason is said", async (world) => {
    await world.api.create("companies", { legal_name: "Groupe Zzz" });
    await page.goto(`${list}?q=groupe`);
    await tick(page, "Groupe Aérogolfe");
    await tick(page, "Groupe Zzz");
    await bulkBar(page).getByRole("button", { name: "Supprimer 2 entreprises" }).click();
    const report = page.getByRole("dialog", { name: "1 fiche refusée" });
    await shows(report, "L’entreprise a des filiales. Donnez-leur d’abord une autre maison mère.");
    await shows(report, "Groupe Aérogolfe");
    await shows(toast(page), "Suppression faite : 1 entreprise.");
    await report.getByRole("button", { name: "Fermer" }).last().click();
    await becomes(() => names(page), await served(world.api, { q: "groupe", sort: "" }));
    await shows(page.getByRole("link", { name: "Groupe Aérogolfe" }));
    await look(page, "40-delete-refused", { desktop });
  });

  step("an unknown record, an unknown page and a mistyped address are told as such", async () => {
    await page.goto(`${list}/01a1fd5f-0000-7000-8000-000000000000`);
    await shows(page.getByRole("heading", { name: "Fiche introuvable" }));
    await look(page, "41-record-unknown", { desktop });
    await page.goto(`${list}/pas-un-identifiant`);
    await shows(page.getByRole("heading", { name: "Fiche introuvable" }));
    await page.goto("/nulle/part");
    await shows(page.getByRole("heading", { name: "Page introuvable" }));
    await look(page, "42-page-unknown", { desktop });
    await page.getByRole("link", { name: "Revenir à l’accueil" }).click();
    await shows(page.getByRole("heading", { name: /^Bonjour/ }));
  });

  step("the home page shows what changed last and how many there are", async (world) => {
    const { meta } = await world.api.get("tiers/companies");
    await shows(page.getByRole("link", { name: "Iguéla Drilling" }));
    const counts = page.getByRole("listitem").filter({ hasText: "Entreprises" }).last();
    await becomes(async () => (await textOf(counts)).replace(/\s+/g, " "), `Entreprises ${meta.total}`);
    await look(page, "43-home");
    await menu(page, "Tiers").click();
  });
});
