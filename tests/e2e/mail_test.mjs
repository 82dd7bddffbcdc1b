// Mail: an administrator sets up the server and sends a test; people come in by links from their mailbox.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after } from "node:test";
import { join } from "node:path";
import { becomes, field, fillLogIn, logIn, save, shows, sidebar, textOf, toast } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { desktop, phone } from "./support/browser.mjs";
import { look } from "./support/look.mjs";
import { linkIn, MailServer } from "./support/mail_server.mjs";
import { story } from "./support/story.mjs";

const mailbox = new MailServer();
after(() => mailbox.stop());
const newPassword = "cinq pirogues bleues";

async function arrange(world) {
  await mailbox.start();
  world.api = await new Api(world.server).setUp();
  world.awa = await world.api.user("Awa Ndiaye", "trois pirogues bleues");
  await world.api.call("PATCH", `identity/users/${world.awa.id}`, { language: "fr" }, { "If-Match": '"1"' });
}

const list = (page) => page.getByRole("list", { name: "Courrier" });
const first = (page) => list(page).getByRole("listitem").first();
const dialog = (page) => page.getByRole("dialog");

story("Mail and the links in it", { arrange }, (step) => {
  let page;
  let awas;

  step("without a mail server the log-in page offers no links", async (world) => {
    awas = await world.browser.person();
    await awas.goto("/login");
    await shows(awas.getByRole("heading", { name: "Connexion" }));
    assert.equal(await awas.getByRole("link", { name: /oublié/ }).count(), 0);
  });

  step("an administrator sees what is missing", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator);
    await sidebar(page).getByRole("link", { name: "Courrier" }).click();
    await shows(page.getByRole("heading", { name: "Courrier" }));
    await shows(page, /Aucun serveur de courrier n’est réglé/);
    await shows(page, "Aucun message");
    await look(page, "mail-empty");
  });

  step("a port that cannot be is refused at its field", async () => {
    await page.getByRole("button", { name: "Serveur de courrier" }).click();
    await field(dialog(page), "Serveur de courrier").fill("127.0.0.1");
    await field(dialog(page), "Port").fill("70000");
    await look(page, "mail-server");
    await dialog(page).getByRole("button", { name: "Enregistrer" }).click();
    await becomes(() => field(dialog(page), "Port").getAttribute("aria-invalid"), "true");
  });

  step("the server is set up", async () => {
    await field(dialog(page), "Port").fill(String(mailbox.port));
    await field(dialog(page), "Chiffrement").selectOption({ label: "Aucun" });
    await field(dialog(page), "Adresse de l’expéditeur").fill("opsflux@example.org");
    await field(dialog(page), "Début des liens").fill("https://ops.example.org");
    await dialog(page).getByRole("button", { name: "Enregistrer" }).click();
    await shows(toast(page), "Le serveur de courrier est réglé.");
    await shows(page, `Le courrier passe par 127.0.0.1:${mailbox.port}.`);
  });

  step("a test goes out, and its state follows by itself", async () => {
    await page.getByRole("button", { name: "Envoyer un essai" }).click();
    assert.equal(await field(dialog(page), "À").inputValue(), administrator.email);
    await dialog(page).getByRole("button", { name: "Envoyer un essai" }).click();
    await shows(first(page), "Envoyé");
    const mail = await mailbox.newestTo(administrator.email);
    assert.equal(mail.subject, "Message d’essai d’OpsFlux");
  });

  step("an address that is none is refused at its field", async () => {
    await page.getByRole("button", { name: "Envoyer un essai" }).click();
    await field(dialog(page), "À").fill("personne");
    await dialog(page).getByRole("button", { name: "Envoyer un essai" }).click();
    await shows(dialog(page), /n’est pas une adresse/);
    await dialog(page).getByRole("button", { name: "Annuler" }).click();
  });

  step("a message that was refused says why and is sent again by hand", async (world) => {
    await world.api.post("mail/test", { to: "550@example.org" });
    await page.getByLabel("État").selectOption("dead");
    await shows(first(page), /refuse le message.*550 5\.1\.1/);
    await look(page, "mail-dead");
    await first(page).getByRole("button", { name: /^Renvoyer/ }).click();
    await shows(toast(page), "Le message est réessayé.");
    await becomes(async () => (await world.api.get("mail?state=dead")).data[0]?.attempts, 1);
  });

  step("who forgot the password asks for a link, and learns nothing of accounts", async (world) => {
    await awas.reload();
    await field(awas, "Adresse e-mail").fill("personne@opsflux.example");
    await awas.getByRole("link", { name: /oublié/ }).click();
    assert.equal(await field(awas, "Adresse e-mail").inputValue(), "personne@opsflux.example");
    await look(awas, "reset-ask");
    await awas.getByRole("button", { name: "Envoyer le lien" }).click();
    await shows(awas.getByRole("heading", { name: "Consultez votre messagerie" }));
    const unknown = await textOf(awas.locator("main"));
    await awas.goto("/reset");
    await field(awas, "Adresse e-mail").fill(world.awa.email);
    await awas.getByRole("button", { name: "Envoyer le lien" }).click();
    await shows(awas.getByRole("heading", { name: "Consultez votre messagerie" }));
    assert.equal(await textOf(awas.locator("main")), unknown);
  });

  step("the link from the mailbox sets a new password, once", async (world) => {
    const mail = await mailbox.newestTo(world.awa.email);
    assert.equal(mail.subject, "Choisissez un nouveau mot de passe");
    world.link = linkIn(mail);
    await awas.goto(world.link);
    await shows(awas.getByRole("heading", { name: "Nouveau mot de passe" }));
    await field(awas, "Nouveau mot de passe").fill("court");
    await awas.getByRole("button", { name: "Enregistrer le mot de passe" }).click();
    await becomes(() => field(awas, "Nouveau mot de passe").getAttribute("aria-invalid"), "true");
    await look(awas, "reset-choose");
    await field(awas, "Nouveau mot de passe").fill(newPassword);
    await awas.getByRole("button", { name: "Enregistrer le mot de passe" }).click();
    await shows(awas.getByRole("heading", { name: "Le mot de passe est enregistré" }));
    await awas.getByRole("link", { name: "Retour à la connexion" }).click();
    await fillLogIn(awas, { email: world.awa.email, password: newPassword });
    await shows(awas.getByRole("button", { name: `Compte de ${world.awa.name}` }).first());
    assert.equal((await mailbox.newestTo(world.awa.email, 2)).subject, "Votre mot de passe a été changé");
  });

  step("the same link a second time leads to a new one", async (world) => {
    const other = await world.browser.person({ viewport: phone });
    await other.goto(world.link);
    await field(other, "Nouveau mot de passe").fill("six pirogues bleues");
    await other.getByRole("button", { name: "Enregistrer le mot de passe" }).click();
    await shows(other.getByRole("alert"), /Ce lien a déjà servi/);
    await look(other, "reset-over");
    await other.getByRole("link", { name: "Demander un nouveau lien" }).click();
    await shows(other.getByRole("button", { name: "Envoyer le lien" }));
  });

  step("an administrator invites somebody, and sends the invitation again", async () => {
    await sidebar(page).getByRole("link", { name: "Invitations" }).click();
    await page.getByRole("link", { name: "Nouvelle invitation" }).first().click();
    await field(page, "Adresse e-mail").fill("binta.sow@example.org");
    await field(page, "Un mot pour la personne").fill("Bienvenue dans l’équipe de nuit.");
    await save(page);
    await shows(page.getByRole("button", { name: "Renvoyer" }));
    await look(page, "invitation");
    const mail = await mailbox.newestTo("binta.sow@example.org");
    assert.equal(mail.subject, `${administrator.name} vous invite sur OpsFlux`);
    assert.match(mail.text, /Bienvenue dans l’équipe de nuit\./);
    await page.getByRole("button", { name: "Renvoyer" }).click();
    await shows(toast(page), /L’invitation est de nouveau en route/);
  });

  step("who is invited makes the account and is in", async (world) => {
    const binta = await world.browser.person();
    const earlier = linkIn(mailbox.messages().find(({ to }) => to.includes("binta.sow@example.org")));
    const link = linkIn(await mailbox.newestTo("binta.sow@example.org", 2));
    await binta.goto(earlier);
    await shows(binta.getByRole("heading", { name: "Cette invitation ne fonctionne pas" }));
    await look(binta, "invite-over");
    await binta.goto(link);
    await shows(binta, `${administrator.name} vous invite. Votre compte sera binta.sow@example.org.`);
    await field(binta, "Nom").fill("Binta Sow");
    await field(binta, "Mot de passe").fill("court");
    await binta.getByRole("button", { name: "Créer mon compte" }).click();
    await becomes(() => field(binta, "Mot de passe").getAttribute("aria-invalid"), "true");
    await look(binta, "invite");
    await field(binta, "Mot de passe").fill("sept pirogues bleues");
    await binta.getByRole("button", { name: "Créer mon compte" }).click();
    await shows(binta.getByRole("button", { name: "Compte de Binta Sow" }).first());
    assert.equal(await sidebar(binta).getByRole("link", { name: "Invitations" }).count(), 0);
  });

  step("an open link is for whoever has it, once the mailbox is shown to be theirs", async (world) => {
    await page.goto("/identity/invitations/new");
    await save(page);
    await shows(page, "Sans adresse, une invitation a besoin d’un nom, auquel vous la reconnaîtrez.");
    await field(page, "Nom de l’invitation").fill("Parc de Kribi");
    await field(page, "Combien de personnes").fill("5");
    await look(page, "invitation-form", { desktop });
    await save(page);
    await page.getByRole("button", { name: "Lien de l’invitation" }).click();
    await shows(dialog(page), /Qui a ce lien peut créer un compte/);
    await look(page, "invitation-link");
    const link = await dialog(page).getByLabel("Lien de l’invitation").inputValue();
    await page.keyboard.press("Escape");
    const chidi = await world.browser.person();
    await chidi.goto(link);
    await shows(chidi, `${administrator.name} vous invite. Dites qui vous êtes ; un e-mail confirme votre adresse.`);
    await field(chidi, "Nom").fill("Chidi Obi");
    await field(chidi, "Adresse e-mail").fill("chidi@example.org");
    await field(chidi, "Mot de passe").fill("huit pirogues vertes");
    await look(chidi, "invite-open");
    await chidi.getByRole("button", { name: "Créer mon compte" }).click();
    await shows(chidi.getByRole("heading", { name: "Consultez votre messagerie" }));
    await chidi.goto(linkIn(await mailbox.newestTo("chidi@example.org")));
    await shows(chidi.getByRole("heading", { name: "Votre adresse est confirmée" }));
    await chidi.getByRole("button", { name: "Créer mon compte" }).click();
    await shows(chidi.getByRole("button", { name: "Compte de Chidi Obi" }).first());
    await page.reload();
    await page.getByRole("button", { name: "Révoquer" }).click();
    await shows(toast(page), "Invitation révoquée.");
    const late = await world.browser.person();
    await late.goto(link);
    await shows(late.getByRole("heading", { name: "Cette invitation ne fonctionne pas" }));
  });

  step("where it is turned on, a link signs in, in the browser that asked for it", async (world) => {
    await world.server.stop();
    execFileSync("sqlite3", [
      join(world.server.data, "opsflux.db"),
      "INSERT INTO core_module_setting (module, name, value) VALUES ('identity', 'magic_link', 'true')",
    ]);
    await world.server.start();
    const asking = await world.browser.person();
    await asking.goto("/login");
    await asking.getByRole("link", { name: "Se connecter par un lien reçu par courrier" }).click();
    await field(asking, "Adresse e-mail").fill(world.awa.email);
    await asking.getByRole("button", { name: "Envoyer le lien" }).click();
    await shows(asking, "Ouvrez-le dans ce navigateur.");
    const link = linkIn(await mailbox.newestTo(world.awa.email, 3));

    const other = await world.browser.person();
    await other.goto(link);
    await other.getByRole("button", { name: "Se connecter" }).click();
    await shows(other.getByRole("alert"), /que dans le navigateur où il a été demandé/);
    await asking.goto(link);
    await look(asking, "magic");
    await asking.getByRole("button", { name: "Se connecter" }).click();
    await shows(asking.getByRole("button", { name: `Compte de ${world.awa.name}` }).first());
  });

  step("who leads a group writes to all of it at once", async (world) => {
    const api = await new Api(world.server).logIn(administrator);
    const group = await api.post("identity/groups", { name: "Quart de nuit", kind: "project" });
    await api.post("identity/memberships", { person: world.awa.id, in_group: group.id });
    await page.goto(`/identity/groups/${group.id}`);
    await shows(page, "Projet");
    await page.getByRole("button", { name: "Écrire au groupe" }).click();
    await shows(dialog(page), "1 personne reçoit vos mots par e-mail.");
    await look(page, "group-notice");
    await dialog(page).getByRole("button", { name: "Envoyer" }).click();
    await becomes(() => field(dialog(page), "Objet").getAttribute("aria-invalid"), "true");
    await field(dialog(page), "Objet").fill("Ce soir");
    await field(dialog(page), "Texte").fill("Nous commençons à six heures.");
    await dialog(page).getByRole("button", { name: "Envoyer" }).click();
    await shows(toast(page), "Envoyé à 1 personne.");
    await becomes(
      async () => (await mailbox.newestTo(world.awa.email)).subject,
      "Quart de nuit\u00a0: Ce soir",
    );
  });
});
