// A closed instance: somebody asks for access, an administrator decides, the answer comes by mail.
import assert from "node:assert/strict";
import { after } from "node:test";
import { becomes, field, fillLogIn, gone, logIn, noteOf, save, shows, sidebar, textOf, toast, value } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { desktop } from "./support/browser.mjs";
import { pick } from "./support/lists.mjs";
import { look } from "./support/look.mjs";
import { linkIn, MailServer } from "./support/mail_server.mjs";
import { story } from "./support/story.mjs";

const mailbox = new MailServer();
after(() => mailbox.stop());
const password = "trois pirogues bleues";
const awa = { name: "Awa Ndiaye", email: "awa.ndiaye@opsflux.example" };
const cleo = { name: "Cleo Ngo", email: "cleo@opsflux.example" };
const dia = { name: "Dia Sarr", email: "dia@opsflux.example" };
const bob = { name: "Bob Mbarga", email: "bob@opsflux.example" };

async function arrange(world) {
  await mailbox.start();
  world.api = await new Api(world.server).setUp();
  await world.api.call("PATCH", "mail/settings", mailbox.settings);
}

const dialog = (page, name) => page.getByRole("dialog", { name: `Accès de ${name}` });
const send = (page) => page.getByRole("button", { name: "Envoyer la demande" });

async function ask(page, person) {
  await page.goto("/request-access");
  await page.getByLabel("Nom").fill(person.name);
  await page.getByLabel("Adresse e-mail").fill(person.email);
  await page.getByLabel("Motif").fill("Je tiens le parc de Kribi.");
  await send(page).click();
}

story("Access requests", { arrange }, (step) => {
  let page;
  let admin;

  step("an open log-in page says nothing of asking; a closed instance does", async (world) => {
    page = await world.browser.person();
    await page.goto("/login");
    await shows(page.getByRole("link", { name: /oublié/ }));
    assert.equal(await page.getByRole("link", { name: "Demander l’accès" }).count(), 0);
    await world.api.call("PATCH", "settings/identity", { site_closed: true });
    await page.reload();
    await page.getByRole("link", { name: "Demander l’accès" }).click();
    await shows(page.getByRole("heading", { name: "Demander l’accès" }));
    await look(page, "170-ask-access");
  });

  step("what is missing is told at its field; then the request is on its way", async () => {
    await page.getByLabel("Nom").fill(awa.name);
    await page.getByLabel("Adresse e-mail").fill("awa");
    await page.getByLabel("Motif").fill("Je tiens le parc de Kribi.");
    await send(page).click();
    await becomes(() => page.getByLabel("Adresse e-mail").getAttribute("aria-invalid"), "true");
    assert.match(await noteOf(page.getByLabel("Adresse e-mail")), /n’est pas une adresse/);
    await page.getByLabel("Adresse e-mail").fill(awa.email);
    await send(page).click();
    await shows(page.getByRole("heading", { name: "Demande envoyée" }));
    await look(page, "171-asked", { desktop });
  });

  step("the administrator hears of it by mail and finds it", async (world) => {
    const mail = await mailbox.newestTo(administrator.email);
    assert.equal(mail.subject, "1 personne demande l’accès");
    assert.equal(linkIn(mail), "/identity/access_requests");
    admin = await world.browser.person();
    await logIn(admin, administrator);
    await shows(sidebar(admin).getByRole("link", { name: /^Demandes d’accès.*1 en attente/ }));
    await sidebar(admin).getByRole("link", { name: "Demandes d’accès" }).click();
    await admin.getByRole("link", { name: awa.name }).first().click();
    await shows(admin, "Je tiens le parc de Kribi.");
    await look(admin, "172-request");
  });

  step("approved, the person chooses a password by the mail and logs in", async () => {
    await admin.getByRole("button", { name: "Accepter" }).click();
    await dialog(admin, awa.name).getByLabel("Rôle").selectOption({ label: "Utilisateur" });
    assert.equal(await dialog(admin, awa.name).getByRole("combobox", { name: /^Société/ }).count(), 0);
    await dialog(admin, awa.name).getByLabel(/^Un mot/).fill("Bienvenue.");
    await look(admin, "173-approve");
    await dialog(admin, awa.name).getByRole("button", { name: "Accepter" }).click();
    await shows(toast(admin), "Awa Ndiaye a maintenant accès.");
    await gone(admin.getByRole("button", { name: "Accepter" }));
    await gone(sidebar(admin).getByText("1 en attente"));
    await becomes(() => textOf(value(admin, "État")), "Acceptée");
    const mail = await mailbox.newestTo(awa.email);
    assert.equal(mail.subject, "Votre accès est accordé");
    assert.match(mail.text, /Bienvenue\./);
    await page.goto(linkIn(mail));
    await page.getByLabel("Nouveau mot de passe").fill(password);
    await page.getByRole("button", { name: "Enregistrer le mot de passe" }).click();
    await shows(page.getByRole("heading", { name: "Le mot de passe est enregistré" }));
    await page.goto("/");
    await fillLogIn(page, { ...awa, password });
    await shows(page.getByRole("heading", { name: `Bonjour, ${awa.name}` }));
  });

  step("refused, the person reads the answer", async (world) => {
    const other = await world.browser.person();
    await ask(other, bob);
    await shows(other.getByRole("heading", { name: "Demande envoyée" }));
    await admin.goto("/identity/access_requests");
    await admin.getByRole("link", { name: bob.name }).first().click();
    await admin.getByRole("button", { name: "Refuser" }).click();
    await dialog(admin, bob.name).getByLabel(/^Un mot/).fill("Demandez à votre chef.");
    await dialog(admin, bob.name).getByRole("button", { name: "Refuser" }).click();
    await shows(toast(admin), "Demande de Bob Mbarga refusée.");
    const mail = await mailbox.newestTo(bob.email);
    assert.equal(mail.subject, "Votre demande d’accès");
    assert.match(mail.text, /Demandez à votre chef\./);
    await other.close();
  });

  step("where there are companies, the role may be held in one of them", async (world) => {
    world.kribi = await world.api.post("identity/companies", { name: "Parc de Kribi", code: "PK" });
    const other = await world.browser.person();
    await ask(other, cleo);
    await shows(other.getByRole("heading", { name: "Demande envoyée" }));
    await admin.goto("/identity/access_requests");
    await look(admin, "174-requests");
    await admin.getByRole("link", { name: cleo.name }).first().click();
    await admin.getByRole("button", { name: "Accepter" }).click();
    await dialog(admin, cleo.name).getByLabel("Rôle").selectOption({ label: "Utilisateur" });
    await pick(dialog(admin, cleo.name).getByRole("combobox", { name: /^Société/ }), "Parc de Kribi");
    await look(admin, "175-approve-company");
    await dialog(admin, cleo.name).getByRole("button", { name: "Accepter" }).click();
    await shows(toast(admin), "Cleo Ngo a maintenant accès.");
    await becomes(() => textOf(value(admin, "Dans la société")), "Parc de Kribi");
    await look(admin, "176-approved-company");
    const { data } = await world.api.get("identity/assignments");
    assert.deepEqual(
      data.map(({ company, role }) => [company, role]),
      [[world.kribi.id, "user"]],
    );
  });

  step("an invitation names a company, and who accepts is in it at once", async (world) => {
    await sidebar(admin).getByRole("link", { name: "Invitations" }).click();
    await admin.getByRole("link", { name: "Nouvelle invitation" }).first().click();
    await field(admin, "Adresse e-mail").fill(dia.email);
    await pick(field(admin, "Société"), "Parc de Kribi");
    await look(admin, "177-invitation-form");
    await save(admin);
    await shows(admin.getByRole("button", { name: "Renvoyer" }));
    await look(admin, "178-invitation");
    await admin.goto("/identity/invitations");
    await shows(admin.getByRole("cell", { name: "Parc de Kribi" }));
    await look(admin, "179-invitations");
    const guest = await world.browser.person();
    await guest.goto(linkIn(await mailbox.newestTo(dia.email)));
    await shows(guest, "Vous ferez partie de Parc de Kribi.");
    await look(guest, "179-invite-company");
    await field(guest, "Nom").fill(dia.name);
    await field(guest, "Mot de passe").fill(password);
    await guest.getByRole("button", { name: "Créer mon compte" }).click();
    await shows(guest.getByRole("button", { name: `Compte de ${dia.name}` }).first());
    await shows(guest.getByRole("button", { name: /^Vous agissez pour.*Parc de Kribi/ }));
  });
});
