// A file becomes records: columns are corrected, bad rows told, all of it tried, written, stopped, found again, undone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { becomes, gone, logIn, shows, textOf, toast } from "./support/acts.mjs";
import { Api, administrator, company } from "./support/api.mjs";
import { desktop, phone } from "./support/browser.mjs";
import { openMenu } from "./support/lists.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";
import { speaker } from "./support/words.mjs";
import { workbook } from "./support/workbook.mjs";

const list = "/tiers/companies";

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install();
  await world.api.create("companies", { legal_name: "Kribi Logistics", code: "KRI-1", city: "Kribi" });
}

const head = "Raison sociale;Code;Commune;Effectif;Capital;Créée le;Remarque interne";
const good = [
  "Kribi Logistics;KRI-1;Douala;120;1500,50;03/02/1998;à relancer",
  "Mayumba Subsea;MAY-1;Mayumba;48;25000,00;14/07/2009;",
  "Estuaire Levage;EST-1;Libreville;310;;21/11/2015;client depuis 2019",
  "Cap Lopez Forage;CAP-1;Port-Gentil;95;80000,00;01/09/2004;",
];
const bad = [
  "Ogooué Transit;code invalide;Lambaréné;12;;05/06/2010;",
  "Nyanga Santé;NYA-1;Tchibanga;beaucoup;;31/02/2012;",
];

const csv = (lines) => ({
  name: "Entreprises 2026.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(`\uFEFF${[head, ...lines].join("\r\n")}\r\n`),
});

const many = (count, prefix) =>
  Array.from({ length: count }, (_, n) => `${prefix} ${n};${prefix.toUpperCase().replace(" ", "-")}-${n};Gamba;${n};;;`);

const choose = (page, file) => page.locator("input[type=file]").first().setInputFiles(file);
/** Lets a file fall onto the page, as out of another window. */
async function drop(page, { name, mimeType, buffer }) {
  const given = { name, mimeType, bytes: [...buffer] };
  const transfer = await page.evaluateHandle((file) => {
    const out = new DataTransfer();
    out.items.add(new File([new Uint8Array(file.bytes)], file.name, { type: file.mimeType }));
    return out;
  }, given);
  const zone = page.getByText("Déposez un fichier ici");
  for (const type of ["dragenter", "dragover", "drop"]) await zone.dispatchEvent(type, { dataTransfer: transfer });
}
const mappings = (page) => page.getByLabel("Associations enregistrées");
const mapping = async (page, name, what) =>
  (await openMenu(page, `Gérer l’association ${name}`)).getByRole("menuitem", { name: what }).click();
const fieldOf = (page, column) => page.getByLabel(`Champ pour la colonne ${column}`, { exact: true });
const chosen = (select) => select.evaluate((one) => one.selectedOptions[0].label.replace(" *", ""));
const start = (page) => page.getByRole("button", { name: "Lancer l’import" }).click();
const outcome = (page, title) => page.getByRole("heading", { name: title, level: 2 });
const figure = async (page, name) =>
  Number((await textOf(page.locator("dl > div").filter({ hasText: name }).locator("dd"))).replace(/\D/g, ""));
const problems = (page) => page.getByRole("region", { name: "Lignes refusées" });
const count = async (api) => (await api.get("tiers/companies?page_size=1")).meta.total;

story("Imports", { arrange }, (step) => {
  let page;
  let run;

  step("the list's menu leads to the import, which tells its limits", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator, list);
    await (await openMenu(page, "Autres actions")).getByRole("menuitem", { name: "Importer un fichier" }).click();
    await shows(page.getByRole("heading", { name: "Importer : entreprises" }));
    await shows(page, /268\sMo/);
    await shows(page, /1\s048\s576 lignes/);
    await look(page, "100-import-choose");
  });

  step("a template has the names of the fields in the reader's language", async () => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Télécharger un modèle" }).click();
    const text = await readFile(await (await download).path(), "utf8");
    assert.match(text, /^\uFEFFCode;Raison sociale;/u);
    assert.ok(!text.includes("Score;"), "what nobody sets is not in it");
  });

  step("what is no table is refused in words, and another file can be chosen", async () => {
    await choose(page, { ...csv([]), buffer: Buffer.from("<html>") });
    await shows(page.getByRole("alert"), "Ce fichier ne peut pas être importé");
    await drop(page, csv([...good, ...bad]));
    await shows(page.getByRole("heading", { name: "Colonnes" }));
    run = new URL(page.url()).searchParams.get("run");
    assert.ok(run);
  });

  step("the columns are guessed, and the person corrects them", async () => {
    assert.equal(await chosen(fieldOf(page, "Raison sociale")), "Raison sociale");
    assert.equal(await chosen(fieldOf(page, "Commune")), "Ne pas importer");
    assert.equal(await chosen(fieldOf(page, "Remarque interne")), "Ne pas importer");
    await fieldOf(page, "Commune").selectOption({ label: "Ville" });
    await fieldOf(page, "Capital").selectOption({ label: "Capital social" });
    await fieldOf(page, "Créée le").selectOption({ label: "Date de création" });
    await page.getByLabel("Décimales").selectOption({ label: "Virgule (1234,5)" });
    await page.getByLabel("Dates", { exact: true }).selectOption({ label: "Jour/mois/année" });
    await shows(page, "6 sur 7 importées");
    await shows(page.getByRole("cell", { name: "Estuaire Levage" }));
    await look(page, "101-import-columns");
  });

  step("a field goes to one column only: the other one gives it up", async () => {
    await fieldOf(page, "Remarque interne").selectOption({ label: "Ville" });
    assert.equal(await chosen(fieldOf(page, "Commune")), "Ne pas importer");
    await fieldOf(page, "Commune").selectOption({ label: "Ville" });
    assert.equal(await chosen(fieldOf(page, "Remarque interne")), "Ne pas importer");
  });

  step("a required field without a column is told of", async () => {
    await fieldOf(page, "Raison sociale").selectOption({ label: "Ne pas importer" });
    await shows(page, /Champ obligatoire sans colonne\s: Raison sociale/);
    await fieldOf(page, "Raison sociale").selectOption({ label: "Raison sociale *" });
  });

  step("another separator shows the file otherwise, and a wrong one is refused", async () => {
    await page.getByLabel("Séparateur").selectOption({ label: "Barre verticale" });
    await shows(page, "1 colonne");
    await page.getByLabel("Séparateur").selectOption({ label: "Virgule" });
    await shows(page.getByRole("alert"), "Ce fichier ne peut pas être importé");
    await page.getByLabel("Séparateur").selectOption({ label: "Point-virgule" });
    await shows(page, "7 colonnes");
    assert.equal(await chosen(fieldOf(page, "Commune")), "Ville", "what was chosen is kept");
    await page.reload();
    assert.equal(await chosen(fieldOf(page, "Créée le")), "Date de création", "on this device");
    assert.equal(await chosen(page.getByLabel("Décimales")), "Virgule (1234,5)");
  });

  step("trying tells every bad cell with row, column, value and reason, and writes nothing", async (world) => {
    await page.getByRole("radio", { name: /^Mettre à jour ou créer/ }).check();
    assert.equal(await chosen(page.getByLabel("Clé", { exact: true })), "Code");
    await page.getByRole("button", { name: "Essayer sans écrire" }).click();
    const title = outcome(page, "Essai terminé : des lignes seraient refusées");
    await shows(title);
    await becomes(
      () => title.evaluate((one) => one.getBoundingClientRect().top > 0 && document.activeElement === one.closest("section")),
      true,
    );
    assert.equal(await figure(page, "À créer"), 3);
    assert.equal(await figure(page, "À mettre à jour"), 1);
    assert.equal(await figure(page, "Erreurs"), 3);
    const rows = await problems(page).locator("tbody tr").allInnerTexts();
    assert.equal(rows.length, 3);
    assert.match(rows[0], /6\s+Code\s+code invalide\s+\S+/);
    assert.match(rows[1], /7\s+Effectif\s+beaucoup\s+\S+/);
    assert.match(rows[2], /7\s+Créée le\s+31\/02\/2012\s+\S+/);
    assert.equal(await count(world.api), 1);
    assert.equal(await chosen(fieldOf(page, "Commune")), "Ville", "the choice is kept");
    await look(page, "102-import-tried");
  });

  step("the errors are kept as a file", async () => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Télécharger les erreurs" }).click();
    const file = await download;
    assert.equal(file.suggestedFilename(), "Entreprises 2026-erreurs.csv");
    const text = await readFile(await file.path(), "utf8");
    assert.match(text, /Ligne;Colonne;Valeur;Raison/);
    assert.equal(text.trim().split("\r\n").length, 4);
  });

  step("all or nothing writes nothing; then the good rows are written", async (world) => {
    await start(page);
    await shows(outcome(page, "Rien n’a été écrit"));
    assert.equal(await count(world.api), 1);
    await page.getByRole("radio", { name: /^Passer les lignes erronées/ }).check();
    await start(page);
    await shows(outcome(page, "Import terminé, sans les lignes erronées"));
    assert.equal(await figure(page, "Créées"), 3);
    assert.equal(await figure(page, "Mises à jour"), 1);
    assert.equal(await count(world.api), 4);
    const kribi = await company(world.api, "Kribi Logistics");
    assert.equal(kribi.city, "Douala");
    assert.equal(kribi.share_capital, "1500.50");
    assert.equal(kribi.incorporated_on, "1998-02-03");
    await look(page, "103-import-done");
  });

  step("a reload finds it again; it is undone once that is confirmed", async (world) => {
    await page.reload();
    await shows(outcome(page, "Import terminé, sans les lignes erronées"));
    // The module's automation works on what was imported as well.
    await becomes(async () => (await company(world.api, "Mayumba Subsea")).next_review !== null, true);
    await page.getByRole("button", { name: "Annuler l’import" }).click();
    const dialog = page.getByRole("dialog", { name: "Annuler l’import de Entreprises 2026.csv" });
    await shows(dialog, "3 fiches créées sont supprimées.");
    await look(page, "104-import-undo", { desktop });
    await dialog.getByRole("button", { name: "Annuler l’import" }).click();
    await gone(dialog);
    await shows(outcome(page, "Import annulé"));
    await shows(page, /4 fiches sont revenues à leur état d’avant/);
    assert.equal(await count(world.api), 1);
    assert.equal((await company(world.api, "Kribi Logistics")).city, "Kribi");
  });

  step("the next file of this format comes with the columns as they were", async (world) => {
    await page.getByRole("link", { name: "Importer un autre fichier" }).click();
    await shows(page.getByRole("region", { name: "Vos imports précédents" }), "Entreprises 2026.csv");
    await look(page, "105-import-past");
    await choose(page, csv(good));
    await shows(page.getByRole("heading", { name: "Colonnes" }));
    await fieldOf(page, "Commune").selectOption({ label: "Ville" });
    await page.getByRole("radio", { name: /^Mettre à jour ou créer/ }).check();
    await start(page);
    await shows(outcome(page, "Import terminé"));
    await page.getByRole("link", { name: "Importer un autre fichier" }).click();
    await choose(page, csv(good));
    await shows(page, "Association reprise de votre dernier import de ce format.");
    assert.equal(await chosen(fieldOf(page, "Commune")), "Ville");
    await page.getByRole("button", { name: "Revenir à la proposition" }).click();
    assert.equal(await chosen(fieldOf(page, "Commune")), "Ne pas importer");
    assert.equal(await page.getByRole("radio", { name: /^Mettre à jour ou créer/ }).isChecked(), true);
    assert.equal(await count(world.api), 4);
  });

  step("what was corrected is saved under a name", async () => {
    await fieldOf(page, "Commune").selectOption({ label: "Ville" });
    await page.getByRole("radio", { name: /^Passer les lignes erronées/ }).check();
    await page.getByRole("button", { name: "Enregistrer sous…" }).click();
    const dialog = page.getByRole("dialog", { name: "Enregistrer l’association" });
    await dialog.getByRole("button", { name: "Enregistrer" }).click();
    await shows(dialog, /Donnez à l’association un nom/);
    await look(page, "107-import-mapping-save", { desktop });
    await dialog.getByLabel("Nom", { exact: true }).fill("Greffe");
    await dialog.getByRole("button", { name: "Enregistrer" }).click();
    await gone(dialog);
    assert.equal(await chosen(mappings(page)), "Greffe");
    await page.getByRole("button", { name: "Enregistrer sous…" }).click();
    await page.getByRole("dialog").getByLabel("Nom", { exact: true }).fill("Greffe");
    await page.getByRole("dialog").getByRole("button", { name: "Enregistrer" }).click();
    await shows(page.getByRole("dialog"), /déjà une association enregistrée nommée/);
    await page.getByRole("dialog").getByRole("button", { name: "Annuler" }).click();
  });

  step("it is put on another file, and what does not fit is told", async () => {
    await page.goto(`${list}/import`);
    const other = "Commune|Raison sociale|Télécopie\r\nMakokou|Ivindo Bois|077\r\n";
    await choose(page, { ...csv([]), buffer: Buffer.from(other) });
    await shows(page.getByRole("heading", { name: "Colonnes" }));
    assert.equal(await chosen(fieldOf(page, "Commune")), "Ne pas importer");
    await mappings(page).selectOption({ label: "Greffe" });
    await becomes(() => chosen(fieldOf(page, "Commune")), "Ville");
    const columns = page.getByRole("region", { name: "Colonnes" });
    await shows(columns, "Colonnes absentes du fichier\u00a0: Code et Effectif.");
    await shows(columns, /La clé Code n’a plus sa colonne/);
    await shows(columns, /ne connaît pas\u00a0: Télécopie/);
    assert.equal(await page.getByRole("radio", { name: /^Passer les lignes erronées/ }).isChecked(), true);
    assert.equal(await page.getByRole("radio", { name: /^Toujours créer/ }).isChecked(), true);
    await look(page, "108-import-mapping-misfit");
  });

  step("with the separator it was saved with, the file is read anew", async () => {
    await page.getByLabel("Séparateur").selectOption({ label: "Barre verticale" });
    await mapping(page, "Greffe", "Remplacer par le choix actuel");
    await shows(toast(page), "Association Greffe enregistrée.");
    await page.goto(`${list}/import`);
    const bars = "Raison sociale;x|Commune;y\r\nIvindo Bois;1|Makokou;2\r\n";
    await choose(page, { ...csv([]), buffer: Buffer.from(bars) });
    await page.getByLabel("Séparateur").selectOption({ label: "Virgule" });
    await shows(page, "1 colonne");
    await mappings(page).selectOption({ label: "Greffe" });
    await shows(page, "2 colonnes");
    assert.equal(await chosen(page.getByLabel("Séparateur")), "Barre verticale");
    assert.equal(await chosen(mappings(page)), "Greffe");
  });

  step("a mapping tells of a field that is gone", async (world) => {
    const depot = { name: "x_depot", field: { type: "text", max: 40 }, texts: { fr: { label: "Dépôt" } } };
    const field = await world.api.post("custom-fields", { entity: "tiers.company", ...depot });
    const plan = { mapping: { "Raison sociale": "legal_name", Commune: "x_depot" } };
    const saved = await world.api.post("import-mappings", { entity: "tiers.company", name: "Dépôts", plan });
    await world.api.call("DELETE", `custom-fields/${field.id}`);
    await page.goto(`${list}/import`);
    await choose(page, csv(good));
    await mappings(page).selectOption({ label: "Dépôts" });
    await shows(page, "Colonne dont le champ ne peut plus être rempli\u00a0: Commune (x_depot).");
    assert.equal(await chosen(fieldOf(page, "Raison sociale")), "Raison sociale");
    assert.equal(await chosen(fieldOf(page, "Commune")), "Ne pas importer");
    await world.api.call("DELETE", `import-mappings/${saved.id}`);
    await page.goto(`${list}/import`);
    await choose(page, csv(good));
    await mappings(page).selectOption({ label: "Greffe" });
  });

  step("it is renamed and shared", async () => {
    await mapping(page, "Greffe", "Renommer ou partager");
    const dialog = page.getByRole("dialog", { name: "Renommer ou partager l’association" });
    await dialog.getByLabel("Nom", { exact: true }).fill("Registre du commerce");
    await dialog.getByRole("checkbox", { name: /^Partager/ }).check();
    await dialog.getByRole("button", { name: "Enregistrer" }).click();
    await gone(dialog);
    assert.equal(await chosen(mappings(page)), "Registre du commerce");
  });

  step("of a workbook whose first sheet is no table another one is chosen", async () => {
    await page.goto(`${list}/import`);
    const cells = (...texts) => `<row>${texts.map((text) => `<c t="str"><v>${text}</v></c>`).join("")}</row>`;
    const buffer = workbook({
      Sommaire: cells("Liste", "Liste"),
      Entreprises: cells("Raison sociale", "Code") + cells("Ivindo Bois", "IVI-1"),
    });
    await choose(page, { name: "Classeur.xlsx", mimeType: "application/octet-stream", buffer });
    await shows(page.getByRole("alert"), "Cette feuille ne peut pas être importée");
    await shows(page.getByRole("alert"), /Liste/);
    assert.equal(await chosen(page.getByLabel("Feuille")), "Sommaire");
    await look(page, "109-import-sheet");
    await page.getByLabel("Feuille").selectOption({ label: "Entreprises" });
    await shows(page.getByRole("cell", { name: "Ivindo Bois" }));
    assert.equal(await chosen(fieldOf(page, "Code")), "Code");
    await page.reload();
    await shows(page.getByRole("cell", { name: "Ivindo Bois" }));
    assert.equal(await chosen(page.getByLabel("Feuille")), "Entreprises");
  });

  step("a long import tells how far it is, is found again after a reload, and can be stopped", async (world) => {
    await page.goto(`${list}/import`);
    await choose(page, csv(many(20_000, "Sette Cama")));
    await fieldOf(page, "Commune").selectOption({ label: "Ville" });
    await page.getByRole("radio", { name: /^Passer les lignes erronées/ }).check();
    await start(page);
    const progress = page.getByRole("progressbar");
    await becomes(async () => Number(await progress.getAttribute("aria-valuenow")) > 0, true);
    await shows(page, /sur 20\s000 lignes/);
    await page.reload();
    await shows(page, /sur 20\s000 lignes/);
    await look(page, "106-import-running");
    await page.getByRole("button", { name: "Arrêter" }).click();
    await shows(outcome(page, "Import arrêté"));
    const made = await figure(page, "Créées");
    assert.ok(made > 0 && made < 20_000, `${made} were made`);
    assert.equal(await count(world.api), 4 + made);
    await page.getByRole("button", { name: "Annuler l’import" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Annuler l’import" }).click();
    await shows(outcome(page, "Import annulé"));
    assert.equal(await count(world.api), 4);
  });

  step("a workbook that the list exports has the labels of fields, and comes back unchanged", async () => {
    await page.goto(list);
    const download = page.waitForEvent("download");
    await (await openMenu(page, "Exporter")).getByRole("menuitem", { name: "Excel (XLSX)" }).click();
    const file = await download;
    assert.equal(file.suggestedFilename(), "companies.xlsx");
    const buffer = await readFile(await file.path());
    await page.goto(`${list}/import`);
    await choose(page, { name: "Entreprises 2026.xlsx", mimeType: "application/octet-stream", buffer });
    assert.equal(await chosen(fieldOf(page, "Raison sociale")), "Raison sociale");
    assert.equal(await chosen(fieldOf(page, "Création")), "Ne pas importer");
    await shows(page.getByRole("cell", { name: "Fournisseur" }).first());
    await page.getByRole("radio", { name: /^Mettre à jour ou créer/ }).check();
    await start(page);
    await shows(outcome(page, "Import terminé"));
    assert.equal(await figure(page, "Inchangées"), 4);
  });

  step("a list is exported as a PDF", async () => {
    await page.goto(list);
    const download = page.waitForEvent("download");
    await (await openMenu(page, "Exporter")).getByRole("menuitem", { name: "PDF" }).click();
    const bytes = await readFile(await (await download).path());
    assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
  });

  step("nobody sees the imports of others, but the mappings that they share", async (world) => {
    const reader = await world.api.user("Awa Ndiaye", "trois pirogues bleues");
    const other = await world.browser.person();
    await logIn(other, reader, `${list}/import?run=${run}`);
    await shows(other, "Cet import n’existe plus");
    await other.goto(`${list}/import`);
    await choose(other, csv(good));
    await shows(other.getByRole("heading", { name: "Colonnes" }));
    await mappings(other).selectOption({ label: `Registre du commerce (${administrator.name})` });
    await becomes(() => chosen(mappings(other)), `Registre du commerce (${administrator.name})`);
    assert.equal(await chosen(fieldOf(other, "Raison sociale")), "Raison sociale");
    // Its columns are there, so that the separator it was saved with says nothing.
    assert.equal(await chosen(other.getByLabel("Séparateur")), "Point-virgule");
    await gone(other.getByRole("button", { name: /^Gérer l’association/ }));
    await other.context().close();
  });

  step("a saved mapping is deleted once that is confirmed", async () => {
    await page.goto(`${list}/import`);
    await choose(page, csv(good));
    await mappings(page).selectOption({ label: "Registre du commerce" });
    await mapping(page, "Registre du commerce", "Supprimer");
    const dialog = page.getByRole("dialog", { name: "Supprimer l’association Registre du commerce" });
    await shows(dialog, /plus personne ne pourra l’utiliser/);
    await dialog.getByRole("button", { name: "Supprimer" }).click();
    await gone(dialog);
    await becomes(() => chosen(mappings(page)), "Aucune pour l’instant");
    assert.equal(await mappings(page).isDisabled(), true);
  });

  step("it speaks English", async (world) => {
    await world.api.call("PATCH", "auth/me", { language: "en" });
    const english = await speaker(world.api, "en");
    const guest = await world.browser.person({ viewport: phone, isMobile: true, hasTouch: true });
    await logIn(guest, administrator, `${list}/import`).catch(() => undefined);
    await shows(guest.getByRole("heading", { name: "Import: companies" }));
    await english(guest);
    await guest.goto(`${list}/import?run=${run}`);
    await shows(guest.getByRole("heading", { name: "Import undone" }));
    await english(guest);
  });
});
