// The main job: from the set-up link to users who work with a module that was uploaded a moment ago.
import assert from "node:assert/strict";
import {
  approve,
  becomes,
  field,
  logIn,
  logOut,
  menu,
  noteOf,
  save,
  setUp,
  shows,
  sidebar,
  textOf,
  toast,
  upload,
  value,
} from "./support/acts.mjs";
import { administrator } from "./support/api.mjs";
import { look } from "./support/look.mjs";
import { tiersPackage } from "./support/server.mjs";
import { story } from "./support/story.mjs";

/** Runs in the page: keeps what the live channel tells of operations, which can be over within half a second. */
function keepOperations() {
  window.operationsHeard = [];
  const listen = EventSource.prototype.addEventListener;
  EventSource.prototype.addEventListener = function (name, handle) {
    return listen.call(this, name, (event) => {
      if (name === "operation") window.operationsHeard.push(JSON.parse(event.data));
      handle(event);
    });
  };
}

story("The main job", {}, (step) => {
  let page;
  let other;

  step("the set-up link makes the first administrator, who is signed in at once", async (world) => {
    page = await world.browser.person();
    await page.addInitScript(keepOperations);
    await page.goto("/");
    await shows(page.getByRole("heading", { name: "Instance à configurer" }));
    await page.goto(world.server.setupLink);
    await shows(page.getByRole("heading", { name: "Premier démarrage" }));
    await look(page, "01-setup");
    await setUp(page, world.server.setupLink, administrator);
    await shows(page.getByRole("heading", { name: "Bonjour, Jeanne Mabika" }));
    await shows(page, "Commencez par installer un module");
    await look(page, "02-home-empty");
  });

  step("the link works only once", async (world) => {
    const late = await world.browser.person();
    await late.goto(world.server.setupLink);
    await shows(late.getByRole("heading", { name: "Instance déjà configurée" }));
    await look(late, "03-setup-done");
    await late.close();
  });

  step("the administrator logs out and in again", async () => {
    await logOut(page, administrator);
    await look(page, "04-login");
    await logIn(page, administrator, "/system/modules");
    await shows(page.getByRole("heading", { name: "Modules installés" }));
  });

  step("the modules page says that nothing is installed", async (world) => {
    await shows(page, "Aucun module n’est installé");
    await look(page, "05-modules-empty");
    other = await world.browser.person();
    await logIn(other, administrator);
    assert.equal(await menu(other, "Tiers").count(), 0);
  });

  step("an upload shows how far it is, and leads to the plan", async () => {
    // A slow line, so that the progress can be seen.
    const line = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 50, downloadThroughput: -1, uploadThroughput: 300_000 };
    await line.send("Network.emulateNetworkConditions", slow);
    await upload(page, tiersPackage);
    await shows(page, "Envoi en cours");
    await shows(page, /^\d+\s%$/);
    await look(page, "06-upload", { desktop: { width: 1440, height: 900 } });
    await shows(page.getByRole("heading", { name: "Plan d’installation : Tiers" }));
    await line.send("Network.emulateNetworkConditions", { ...slow, latency: 0, uploadThroughput: -1 });
  });

  step("the plan tells the signer, the permissions, the tables and the menus", async () => {
    const trust = page.getByRole("region", { name: "Confiance" });
    await shows(trust, "This machine");
    for (const check of ["Empreintes", "Signature", "Révocation", "ABI"])
      await shows(trust.getByRole("listitem").filter({ hasText: `${check} : conforme` }));
    await shows(page, "Lire et modifier les fiches");
    await shows(page, "opsflux.entity/1");
    for (const table of ["tiers_company", "tiers_contact", "tiers_affiliation"])
      await shows(page.getByText(table, { exact: true }));
    await shows(page, "Délai de réévaluation (jours)");
    await shows(page, "triggers/review.lua");
    await shows(page, /Rien n’est modifié avant votre approbation/);
    await look(page, "07-plan");
  });

  step("the plan is approved only by the end of its digest", async () => {
    const button = page.getByRole("button", { name: "Approuver le plan" });
    assert.ok(await button.isDisabled());
    await page.getByLabel("Saisissez les 4 derniers caractères pour approuver").fill("zzzz");
    assert.ok(await button.isDisabled());
    await shows(page, "Les 4 derniers caractères de l’empreinte déverrouillent le bouton.");
  });

  step("the stages go by, and the menu appears in every open window without a reload", async () => {
    for (const open of [page, other]) await open.evaluate(() => (window.notReloaded = true));
    await approve(page);
    await shows(page, "Le module est installé et actif.");
    await shows(page, "étape 11 sur 11");
    const stages = await page.evaluate(() => window.operationsHeard.map((operation) => operation.stage));
    for (const stage of ["staged", "probed", "migrated", "started", "switched"])
      assert.ok(stages.includes(stage), `the page heard of ${stage} while it ran: ${stages.join(", ")}`);
    await shows(menu(page, "Tiers"));
    await shows(menu(other, "Tiers"));
    for (const open of [page, other]) assert.equal(await open.evaluate(() => window.notReloaded), true);
    await look(page, "08-plan-done");
  });

  step("the other window goes to the empty list of companies", async () => {
    await menu(other, "Tiers").click();
    await sidebar(other).getByRole("link", { name: "Entreprises" }).click();
    await shows(other, "Aucune entreprise pour l’instant");
    await look(other, "09-companies-empty");
    assert.equal(await other.evaluate(() => window.notReloaded), true);
  });

  step("a wrong SIRET is refused by the module at its field, in French", async () => {
    await page.goto("/tiers/companies");
    await page.getByRole("link", { name: "Nouvelle entreprise" }).first().click();
    await look(page, "10-company-form");
    await field(page, "Raison sociale").fill("Aérogolfe Services");
    await field(page, "SIRET").fill("732 829 320 00075");
    await field(page, "Fiabilité").fill("80");
    await field(page, "Performance").fill("60");
    await save(page);
    await shows(page, "Un champ est à corriger. Rien n’est encore enregistré.");
    const siret = field(page, "SIRET");
    assert.equal(await siret.getAttribute("aria-invalid"), "true");
    assert.match(
      await noteOf(siret),
      /^Le SIRET .* n’existe pas : son chiffre de contrôle ne correspond pas\./,
    );
    assert.ok(await siret.evaluate((input) => input === document.activeElement));
    await look(page, "11-company-refused");
  });

  step("a SIRET that is too short is told by its digits", async () => {
    await field(page, "SIRET").fill("123 456");
    await save(page);
    await becomes(
      () => noteOf(field(page, "SIRET")),
      "Le SIRET 123456 compte 6 chiffres au lieu de 14. Complétez-le ou laissez le champ vide.",
    );
  });

  step("corrected, the company is saved, and the other window's list has it at once", async () => {
    await field(page, "SIRET").fill("732 829 320 00074");
    await Promise.all([shows(toast(page), "Aérogolfe Services : fiche créée."), save(page)]);
    await shows(page.getByRole("heading", { name: "Aérogolfe Services" }));
    await shows(other.getByRole("link", { name: "Aérogolfe Services" }));
  });

  step("the module's hook has filled what follows from the fields", async () => {
    await becomes(() => textOf(value(page, "SIRET")), "73282932000074");
    await becomes(() => textOf(value(page, "SIREN")), "732829320");
    await becomes(() => textOf(value(page, "Score")).then((text) => text.slice(0, 2)), "70");
  });

  step("the Lua trigger sets the date of the next review, which appears by itself", async () => {
    const day = new Date(Date.now() + 90 * 86_400_000);
    const format = new Intl.DateTimeFormat("fr-FR", { day: "numeric", month: "short", year: "numeric" });
    await becomes(() => textOf(value(page, "Prochaine évaluation")), format.format(day));
    await look(page, "12-company");
  });

  step("the module's own widget stands on the record", async () => {
    await shows(page.getByRole("heading", { name: "Groupe et contacts" }));
    await shows(page, "Ni groupe ni contact pour l’instant.");
  });
});
