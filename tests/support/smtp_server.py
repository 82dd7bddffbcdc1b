#!/usr/bin/python3
"""An SMTP server for tests, by aiosmtpd (of Debian, so for Debian’s own Python): takes all mail and keeps it.

  smtp_server.py --out FOLDER [--port N] [--tls starttls|implicit --cert FILE --key FILE] [--user U --password P]

Prints "port N" when it listens. Each message goes to the Maildir FOLDER/mail and, read by Python's own e-mail parser,
to FOLDER/NNNN.json. What stands before the @ of a recipient asks for trouble:

  451@…    put off twice, then taken          550@…    refused
  slow@…   the answer to its text takes 30 s  drop@…   the connection ends instead of an answer
"""
import argparse
import asyncio
import email
import email.policy
import json
import mailbox
import os
import pathlib
import ssl

from aiosmtpd.smtp import SMTP, AuthResult


class Keeper:
    def __init__(self, out):
        self.out = out
        self.maildir = mailbox.Maildir(out / "mail", create=True)
        self.count = len(list(out.glob("[0-9]*.json")))
        self.put_off = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        if local == "451":
            self.put_off[address] = self.put_off.get(address, 0) + 1
            if self.put_off[address] <= 2:
                return "451 4.3.0 Try again later"
        if local == "550":
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        locals_ = {address.split("@")[0] for address in envelope.rcpt_tos}
        if "slow" in locals_:
            await asyncio.sleep(30)
        if "drop" in locals_:
            server.transport.abort()
            return "451 gone"
        self.maildir.add(envelope.content)
        self.keep(session, envelope)
        return "250 OK"

    def keep(self, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        leaves = [part for part in message.walk() if not part.is_multipart()]
        parts = {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in leaves}
        defects = [repr(defect) for part in message.walk() for defect in part.defects]
        defects += [repr(defect) for value in message.values() for defect in value.defects]
        record = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or session.peer is not None and server_tls == "implicit",
            "signed_in": bool(session.authenticated),
            "headers": {name: str(value) for name, value in message.items()},
            "subject": str(message["Subject"]),
            "text": parts.get("text/plain"),
            "html": parts.get("text/html"),
            "defects": defects,
            "longest_line": max(len(line) for line in envelope.content.split(b"\r\n")),
        }
        self.count += 1
        whole, name = json.dumps(record, ensure_ascii=False), f"{self.count:04}.json"
        (self.out / (name + ".part")).write_text(whole)
        os.rename(self.out / (name + ".part"), self.out / name)


parser = argparse.ArgumentParser()
parser.add_argument("--out", type=pathlib.Path, required=True)
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--tls", choices=["starttls", "implicit"])
parser.add_argument("--cert")
parser.add_argument("--key")
parser.add_argument("--user")
parser.add_argument("--password")
arguments = parser.parse_args()
server_tls = arguments.tls


def authenticate(server, session, envelope, mechanism, data):
    right = data.login.decode() == arguments.user and data.password.decode() == arguments.password
    return AuthResult(success=right, handled=right)


async def serve():
    arguments.out.mkdir(parents=True, exist_ok=True)
    context = None
    if arguments.tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(arguments.cert, arguments.key)
    keeper = Keeper(arguments.out)
    wants_auth = arguments.user is not None

    def connection():
        return SMTP(
            keeper,
            hostname="localhost",
            tls_context=context if arguments.tls == "starttls" else None,
            require_starttls=arguments.tls == "starttls",
            auth_required=wants_auth,
            auth_require_tls=arguments.tls == "starttls",
            authenticator=authenticate if wants_auth else None,
        )

    loop = asyncio.get_running_loop()
    implicit = context if arguments.tls == "implicit" else None
    listener = await loop.create_server(connection, "127.0.0.1", arguments.port, ssl=implicit)
    print(f"port {listener.sockets[0].getsockname()[1]}", flush=True)
    await listener.serve_forever()


try:
    asyncio.run(serve())
except KeyboardInterrupt:
    pass
