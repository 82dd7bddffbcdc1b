-- Invitations of people who have no account yet; the link in the mail is a row of identity_token.
CREATE TABLE identity_invitation (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  email text NOT NULL,
  role text NOT NULL,
  language text NOT NULL,
  message text,
  expires_at timestamptz,
  accepted_at timestamptz,
  sent_at timestamptz,
  CONSTRAINT identity_invitation_pk PRIMARY KEY (id)
);
CREATE INDEX identity_invitation_email ON identity_invitation (email);
