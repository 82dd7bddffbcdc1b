-- The directory of third parties: companies, the people in them, and who else those people work for.
-- Unique indexes leave out what is deleted, so that a company may be entered again.
CREATE TABLE tiers_company (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  code text,
  legal_name text NOT NULL,
  trade_name text,
  type text NOT NULL,
  status text NOT NULL,
  criticality text,
  sector text,
  legal_form text,
  siren text,
  siret text,
  vat_number text,
  tax_id text,
  trade_register text,
  incorporated_on date,
  share_capital decimal(18,2),
  currency text,
  employees bigint,
  parent text,
  address text,
  address_more text,
  postal_code text,
  city text,
  region text,
  country text,
  phone text,
  email text,
  website text,
  language text,
  iban text,
  bic text,
  payment_terms text,
  payment_days bigint,
  reliability bigint,
  performance bigint,
  score bigint,
  last_review date,
  next_review date,
  tags jsonb,
  notes text,
  CONSTRAINT tiers_company_pk PRIMARY KEY (id),
  CONSTRAINT tiers_company_parent_fk FOREIGN KEY (parent) REFERENCES tiers_company (id),
  CONSTRAINT tiers_company_parent_is_another CHECK (parent <> id),
  CONSTRAINT tiers_company_score_range CHECK (score BETWEEN 0 AND 100)
);

CREATE UNIQUE INDEX tiers_company_code_unique ON tiers_company (code) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX tiers_company_siret_unique ON tiers_company (siret) WHERE deleted_at IS NULL;
CREATE INDEX tiers_company_legal_name ON tiers_company (legal_name, id);
CREATE INDEX tiers_company_score ON tiers_company (score, id);
CREATE INDEX tiers_company_type ON tiers_company (type);
CREATE INDEX tiers_company_status ON tiers_company (status);
CREATE INDEX tiers_company_country_city ON tiers_company (country, city);
CREATE INDEX tiers_company_parent ON tiers_company (parent);
CREATE INDEX tiers_company_next_review ON tiers_company (next_review);

CREATE TABLE tiers_contact (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  salutation text,
  first_name text,
  last_name text NOT NULL,
  full_name text,
  company text,
  job_title text,
  department text,
  status text NOT NULL,
  email text,
  phone text,
  mobile text,
  city text,
  country text,
  language text,
  preferred_channel text,
  opt_out boolean,
  birthday date,
  tags jsonb,
  notes text,
  CONSTRAINT tiers_contact_pk PRIMARY KEY (id),
  CONSTRAINT tiers_contact_company_fk FOREIGN KEY (company) REFERENCES tiers_company (id)
);

CREATE INDEX tiers_contact_full_name ON tiers_contact (full_name, id);
CREATE INDEX tiers_contact_company ON tiers_contact (company);
CREATE INDEX tiers_contact_email ON tiers_contact (email);
CREATE INDEX tiers_contact_status ON tiers_contact (status);

CREATE TABLE tiers_affiliation (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  contact text NOT NULL,
  company text NOT NULL,
  role text NOT NULL,
  since date,
  until date,
  notes text,
  CONSTRAINT tiers_affiliation_pk PRIMARY KEY (id),
  CONSTRAINT tiers_affiliation_contact_fk FOREIGN KEY (contact) REFERENCES tiers_contact (id),
  CONSTRAINT tiers_affiliation_company_fk FOREIGN KEY (company) REFERENCES tiers_company (id),
  CONSTRAINT tiers_affiliation_period CHECK (until >= since)
);

CREATE UNIQUE INDEX tiers_affiliation_once ON tiers_affiliation (contact, company, role) WHERE deleted_at IS NULL;
CREATE INDEX tiers_affiliation_contact ON tiers_affiliation (contact);
CREATE INDEX tiers_affiliation_company ON tiers_affiliation (company);
