// Users: made by the administrator, seeing only what their rights allow, in their own language, theme and density.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  becomes,
  field,
  fillLogIn,
  gone,
  logIn,
  logOut,
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
import { Api, administrator } from "./support/api.mjs";
import { desktop } from "./support/browser.mjs";
import { openMenu } from "./support/lists.mjs";
import { look, settled } from "./support/look.mjs";
import { nextTiers } from "./support/packages.mjs";
import { story } from "./support/story.mjs";
import { speaker, texts } from "./support/words.mjs";

const awa = { name: "Awa Ndiaye", email: "awa.ndiaye@opsflux.example", password: "trois pirogues bleues" };

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install();
  await world.api.create("companies", {
    legal_name: "Kribi Logistics",
    city: "Kribi",
    reliability: 80,
    performance: 60,
  });
}

const passwordDialog = (page) => page.getByRole("dialog", { name: `Mot de passe de ${awa.name}` });

const account = (page, name = awa.name) => page.getByRole("button", { name: `Compte de ${name}` }).first();

const refused = (page) => page.getByRole("alert");

/** What the page's own session is answered. */
const asked = (page, path) =>
  page.evaluate((to) => fetch(to).then((answer) => answer.status), `/api/v1/${path}`);

story("People", { arrange }, (step) => {
  let admin;
  let page;
  let user;

  step("the administrator makes a user, and wrong fields are told", async (world) => {
    admin = await world.browser.person();
    await logIn(admin, administrator);
    await sidebar(admin).getByRole("link", { name: "Utilisateurs" }).click();
    await admin.getByRole("link", { name: "Nouvel utilisateur" }).first().click();
    await field(admin, "Nom").fill(awa.name);
    await field(admin, "Adresse e-mail").fill("awa.ndiaye");
    await save(admin);
    await becomes(() => field(admin, "Adresse e-mail").getAttribute("aria-invalid"), "true");
    await look(admin, "50-user-form", { desktop });
    await field(admin, "Adresse e-mail").fill(awa.email);
    await Promise.all([shows(toast(admin), "Awa Ndiaye : fiche créée."), save(admin)]);
    await becomes(() => textOf(value(admin, "Rôle")), "Utilisateur");
    user = (await world.api.get(`identity/users?q=${awa.email}`)).data[0];
    assert.equal(user.active, true);
  });

  step("an address that another user has is refused", async (world) => {
    await admin.goto("/identity/users/new");
    await field(admin, "Nom").fill("Une autre");
    await field(admin, "Adresse e-mail").fill(awa.email.toUpperCase());
    await save(admin);
    await shows(admin, /(existe|porte) déjà/);
    assert.equal((await world.api.get("identity/users")).meta.total, 2);
    await admin.getByRole("button", { name: "Annuler" }).click();
  });

  step("without a password nobody logs in", async (world) => {
    page = await world.browser.person();
    await page.goto("/");
    await fillLogIn(page, awa);
    await shows(refused(page), /^L’adresse e-mail ou le mot de passe est incorrect\./);
    await look(page, "51-login-refused");
  });

  step("the administrator sets the password; one that is too short is refused", async () => {
    await admin.goto(`/identity/users/${user.id}`);
    await admin.getByRole("button", { name: "Définir le mot de passe" }).click();
    const password = passwordDialog(admin).getByLabel("Nouveau mot de passe");
    await password.fill("court");
    await passwordDialog(admin).getByRole("button", { name: "Définir le mot de passe" }).click();
    await becomes(
      () => noteOf(password),
      "Le mot de passe compte 5 caractères, il en faut au moins 8. Allongez-le.",
    );
    await look(admin, "52-password", { desktop });
    await password.fill(awa.password);
    await passwordDialog(admin).getByRole("button", { name: "Définir le mot de passe" }).click();
    await shows(toast(admin), "Mot de passe de Awa Ndiaye défini.");
  });

  step("a wrong password is told without saying which of the two was wrong", async () => {
    await fillLogIn(page, { ...awa, password: "trois pirogues rouges" });
    await shows(refused(page), /^L’adresse e-mail ou le mot de passe est incorrect\./);
  });

  step("the user logs in and finds the module's pages but no administration", async () => {
    await fillLogIn(page, awa);
    await shows(page.getByRole("heading", { name: "Bonjour, Awa Ndiaye" }));
    await shows(menu(page, "Tiers"));
    await shows(page.getByRole("link", { name: "Kribi Logistics" }));
    assert.equal(await sidebar(page).getByRole("link", { name: "Modules installés" }).count(), 0);
    assert.equal(await sidebar(page).getByRole("link", { name: "Utilisateurs" }).count(), 0);
    await look(page, "53-user-home");
  });

  step("a page of the administration says which right is missing, and the server refuses too", async () => {
    for (const path of ["/system/modules", "/system/modules/tiers"]) {
      await page.goto(path);
      await shows(page.getByRole("heading", { name: "Accès non autorisé" }));
      await shows(page, "Il vous manque le droit suivant : administrer l’instance.");
    }
    await look(page, "54-no-permission");
    assert.equal(await asked(page, "modules"), 403);
    await page.goto("/identity/users");
    await shows(page.getByRole("heading", { name: "Accès non autorisé" }));
    await page.goto(`/identity/users/${user.id}/edit`);
    await shows(page.getByRole("heading", { name: "Accès non autorisé" }));
    assert.equal(await asked(page, "identity/users"), 403);
    assert.equal(await asked(page, "triggers/runs"), 403);
  });

  step("the user makes, changes and deletes companies, and the record says who did it", async (world) => {
    await page.goto("/tiers/companies/new");
    await field(page, "Raison sociale").fill("Douala Transit");
    await Promise.all([shows(toast(page), "Douala Transit : fiche créée."), save(page)]);
    await page.getByRole("link", { name: "Modifier", exact: true }).click();
    await field(page, "Ville").fill("Douala");
    await save(page);
    await becomes(() => textOf(value(page, "Ville")), "Douala");
    const made = (await world.api.get("tiers/companies?q=douala")).data[0];
    await admin.goto(`/tiers/companies/${made.id}`);
    await shows(admin.getByRole("complementary", { name: "Activité" }), "Awa Ndiaye");
    await (await openMenu(page, "Autres actions pour Douala Transit")).getByText("Supprimer").click();
    await becomes(() => names(page), ["Kribi Logistics"]);
  });

  step("logging out in one window ends the other one as well", async () => {
    const second = await page.context().newPage();
    await second.goto("/tiers/companies");
    await shows(second.getByRole("link", { name: "Kribi Logistics" }));
    await logOut(page, awa);
    await shows(second.getByRole("heading", { name: "Connexion" }));
    assert.equal(await asked(second, "tiers/companies"), 401);
    await second.close();
  });

  step("when the session ends under a page, the log-in comes back to that page", async (world) => {
    const [record] = (await world.api.get("tiers/companies?q=kribi")).data;
    await logIn(page, awa, `/tiers/companies/${record.id}`);
    await shows(page.getByRole("heading", { name: "Kribi Logistics", level: 1 }));
    // A new password ends the sessions of its user. What the page shows is then asked for again, all at once.
    awa.password = "sept tortues luth";
    await world.api.post(`identity/users/${user.id}/password`, { password: awa.password });
    await world.api.change("companies", record, { region: "Sud" });
    await shows(page, "Votre session a expiré. Connectez-vous pour revenir à votre page.");
    await fillLogIn(page, awa);
    await shows(page.getByRole("heading", { name: "Kribi Logistics", level: 1 }));
    assert.equal(new URL(page.url()).pathname, `/tiers/companies/${record.id}`);
    await logOut(page, awa);
  });

  step("the user changes the own password, which ends the sessions elsewhere but not here", async (world) => {
    const elsewhere = await new Api(world.server).logIn(awa);
    await logIn(page, awa, "/tiers/companies");
    await account(page).click();
    await page.getByRole("button", { name: "Changer de mot de passe" }).click();
    const dialog = page.getByRole("dialog", { name: "Changer de mot de passe" });
    const [current, next] = [
      dialog.getByLabel("Mot de passe actuel"),
      dialog.getByLabel("Nouveau mot de passe"),
    ];
    const change = dialog.getByRole("button", { name: "Changer de mot de passe" });
    await current.fill("ce n’est pas lui");
    await next.fill("cinq calaos verts");
    await change.click();
    await becomes(() => current.getAttribute("aria-invalid"), "true");
    await look(page, "52-own-password");
    await current.fill(awa.password);
    await change.click();
    await shows(toast(page), "Mot de passe changé. Vos autres sessions sont fermées.");
    await assert.rejects(elsewhere.get("auth/me"), /401/);
    assert.equal(await asked(page, "auth/me"), 200);
    awa.password = "cinq calaos verts";
    await logOut(page, awa);
    await logIn(page, awa);
    await logOut(page, awa);
  });

  step("who is suspended is out at once and cannot come back, and the list tells", async (world) => {
    await logIn(page, awa, "/tiers/companies");
    await admin.goto(`/identity/users/${user.id}/edit`);
    await field(admin, "Statut").selectOption({ label: "Suspendu" });
    await save(admin);
    await becomes(() => field(admin, "Motif").getAttribute("aria-invalid"), "true");
    await field(admin, "Motif").fill("Badge perdu");
    await save(admin);
    await shows(admin.getByRole("heading", { name: awa.name, level: 1 }));
    await becomes(() => textOf(value(admin, "Statut")), "Suspendu");
    await gone(admin.getByRole("region", { name: "Autres informations" }));
    await look(admin, "50-suspended", { desktop });
    await admin.goto("/identity/users?tab=inactive");
    await becomes(() => names(admin), [awa.name]);
    await page.goto("/tiers/contacts");
    await shows(page.getByRole("heading", { name: "Connexion" }));
    await fillLogIn(page, awa);
    await shows(refused(page), /^L’adresse e-mail ou le mot de passe est incorrect\./);
    const { version } = await world.api.get(`identity/users/${user.id}`);
    await world.api.call(
      "PATCH",
      `identity/users/${user.id}`,
      { active: true },
      { "If-Match": `"${version}"` },
    );
    await fillLogIn(page, awa);
    // The log-in leads back to the page that was wanted.
    await shows(page.getByRole("heading", { name: "Contacts", level: 1 }));
    await page.goto("/tiers/companies");
  });

  step("who has left is found apart, and one's profile is seen by others", async (world) => {
    await world.api.call("PATCH", `identity/users/${user.id}`, { status: "archived" });
    await admin.goto("/identity/users");
    await becomes(async () => (await names(admin)).includes(awa.name), false);
    await admin.getByRole("button", { name: /^Archivés/ }).click();
    await becomes(() => names(admin), [awa.name]);
    await world.api.call("PATCH", `identity/users/${user.id}`, { status: "active" });
    await logOut(page, awa).catch(() => undefined);
    await logIn(page, awa, "/account");
    await page.getByLabel("Fonction").fill("Chef de quart");
    await page.getByLabel("Fuseau horaire").selectOption("Asia/Tokyo");
    await page.getByRole("button", { name: "Enregistrer" }).click();
    await shows(toast(page), "Profil enregistré.");
    await page.getByLabel("Photo", { exact: true }).setInputFiles({
      name: "awa.png",
      mimeType: "image/png",
      buffer: Buffer.from(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
        "base64",
      ),
    });
    await shows(page.getByRole("button", { name: "Changer la photo" }));
    await becomes(() => account(page).locator("img").count(), 1);
    await look(page, "51-profile");
    const stored = await world.api.get(`identity/users/${user.id}`);
    assert.deepEqual([stored.job, stored.time_zone], ["Chef de quart", "Asia/Tokyo"]);
    await admin.goto("/identity/users");
    await shows(admin.locator(`img[src^="/api/v1/identity/users/${user.id}/photo"]`).first());
    await world.api.call("PATCH", `identity/users/${user.id}`, { time_zone: null });
    await page.goto("/tiers/companies");
  });

  step("the last administrator stays one", async (world) => {
    const [me] = (await world.api.get(`identity/users?q=${administrator.email}`)).data;
    await admin.goto(`/identity/users/${me.id}/edit`);
    await field(admin, "Rôle").click();
    await admin.getByRole("option", { name: "Utilisateur" }).click();
    await save(admin);
    await shows(admin, "C’est le dernier administrateur actif. Nommez d’abord un autre administrateur.");
    await admin.getByRole("button", { name: "Annuler" }).click();
  });

  step(
    "a dark theme and a dense list stay over a reload, and follow the user to another device",
    async (world) => {
      await account(page).click();
      await page.getByLabel("Sombre").check();
      await page.getByLabel("Dense").check();
      const attributes = (of) => of.evaluate(() => ({ ...document.documentElement.dataset }));
      const wanted = { theme: "dark", density: "dense" };
      await becomes(() => attributes(page), wanted);
      await look(page, "55-account", { desktop });
      await becomes(async () => (await world.api.get(`identity/users/${user.id}`)).density, "dense");
      await page.reload();
      await shows(page.getByRole("heading", { name: "Entreprises" }));
      assert.deepEqual(await attributes(page), wanted);
      const device = await world.browser.person();
      await logIn(device, awa, "/tiers/companies");
      await becomes(() => attributes(device), wanted);
      await device.close();
    },
  );

  step("the next user of the same device has a theme of their own", async () => {
    await logOut(page, awa);
    await logIn(page, administrator);
    await becomes(() => page.evaluate(() => ({ ...document.documentElement.dataset })), {
      theme: "light",
      density: "compact",
    });
    await logOut(page, administrator);
  });

  for (const [language, name] of [
    ["en", "English"],
    ["es", "Español"],
    ["pt", "Português"],
  ])
    step(`every page speaks ${name} to who has chosen it, and shows no key`, async (world) => {
      const person = await world.api.user(`Kim ${language}`, "sept marées basses", "administrator");
      await world.api.call(
        "PATCH",
        `identity/users/${person.id}`,
        { language },
        { "If-Match": `"${(await world.api.get(`identity/users/${person.id}`)).version}"` },
      );
      const own = texts(language);
      const speaks = await speaker(world.api, language);
      const plan = await world.api.call("POST", "modules", readFileSync((world.next ??= nextTiers())));
      const [record] = (await world.api.get("tiers/companies?q=kribi")).data;
      const visit = await world.browser.person();
      await visit.goto("/");
      await fillLogIn(visit, person);
      await shows(visit.getByRole("heading", { name: own["home.title"].replace("{name}", person.name) }));
      const pages = [
        "/",
        "/tiers/companies",
        "/tiers/companies?q=rien&deleted=true",
        `/tiers/companies/${record.id}`,
        `/tiers/companies/${record.id}/edit`,
        "/tiers/contacts/new",
        "/tiers/affiliations",
        "/identity/users",
        `/identity/users/${person.id}`,
        "/system/modules",
        "/system/modules/tiers",
        `/system/modules/plans/${plan.digest}`,
        "/system/settings",
        "/system/settings/identity.second_factor",
        "/nulle/part",
      ];
      for (const path of pages) {
        await visit.goto(path);
        await shows(visit.getByRole("heading").first());
        await settled(visit);
        await speaks(visit);
      }
      await visit.goto("/tiers/companies");
      await visit.getByRole("button", { name: own["filter.title"], exact: true }).click();
      await speaks(visit);
      await visit.keyboard.press("Escape");
      await visit.keyboard.press("?");
      await shows(visit.getByRole("dialog", { name: own["keys.title"] }));
      await speaks(visit);
      await visit.keyboard.press("Escape");
      await visit.keyboard.press("Control+k");
      await visit.keyboard.type("kribi");
      await shows(visit.getByRole("option").first());
      await speaks(visit);
      await visit.keyboard.press("Escape");
      await visit.goto(`/tiers/companies/${record.id}`);
      await look(visit, `56-company-${language}`);
      await visit.goto("/tiers/companies/new");
      await visit.locator('[name="siret"]').fill("123");
      await visit.locator("form").evaluate((form) => form.requestSubmit());
      await shows(visit.locator('[aria-invalid="true"]').first());
      await speaks(visit);
      await visit.close();
    });

  step("the language is chosen before the log-in and kept by it", async (world) => {
    const visit = await world.browser.person();
    await visit.goto("/");
    await visit.getByRole("button", { name: "English" }).click();
    const own = texts("en");
    await shows(visit.getByRole("heading", { name: own["login.title"] }));
    await visit.getByLabel(own["login.email"]).fill(awa.email);
    await visit.getByLabel(own["login.password"], { exact: true }).fill(awa.password);
    await visit.getByRole("button", { name: own["login.submit"] }).click();
    await shows(visit.getByRole("heading", { name: own["home.title"].replace("{name}", awa.name) }));
    const speaks = await speaker(world.api, "en");
    await settled(visit);
    await speaks(visit);
    await becomes(async () => (await world.api.get(`identity/users/${user.id}`)).language, "en");
    await visit.getByRole("button", { name: own["account.menu"].replace("{name}", awa.name) }).click();
    await visit.getByLabel("Français").check();
    await shows(visit.getByRole("heading", { name: "Bonjour, Awa Ndiaye" }));
    await becomes(
      () =>
        sidebar(visit)
          .innerText()
          .then((text) => text.includes("Accueil")),
      true,
    );
    await visit.close();
  });

  step("the browser keeps a session when it is closed only where it was asked to", async (world) => {
    const lifeDays = async (visit) => {
      const cookie = (await visit.context().cookies()).find(({ name }) => name === "opsflux_session");
      return cookie.expires === -1 ? undefined : Math.round((cookie.expires - Date.now() / 1000) / 86_400);
    };
    const passing = await world.browser.person();
    await logIn(passing, administrator);
    assert.equal(await lifeDays(passing), undefined);
    await passing.close();
    const own = await world.browser.person();
    await own.goto("/");
    await own.getByLabel("Rester connecté sur cet appareil").check();
    await look(own, "57-login-remember", { desktop });
    await fillLogIn(own, administrator);
    await shows(account(own, administrator.name));
    assert.equal(await lifeDays(own), 7);
    await own.reload();
    await shows(account(own, administrator.name));
    assert.equal(await lifeDays(own), 7);
    await own.close();
  });

  step("after many wrong passwords one has to wait, and the message says how long", async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const answered = page.waitForResponse(/\/auth\/login$/);
      await fillLogIn(page, { ...awa, password: `faux ${attempt}` });
      await answered;
    }
    await fillLogIn(page, awa);
    await shows(refused(page), /^Trop de tentatives ont échoué\. Réessayez dans \d+ minutes?\.$/);
    await look(page, "58-login-wait", { desktop });
    // Who is in stays in.
    await admin.reload();
    await shows(account(admin, administrator.name));
  });
});
