-- Orders and their lines.
CREATE TABLE supply_order (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  title text NOT NULL,
  state text NOT NULL,
  wanted date,
  total decimal(12,2),
  number_of_lines bigint,
  CONSTRAINT supply_order_pk PRIMARY KEY (id)
);
CREATE TABLE supply_line (
  id text NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text,
  updated_at timestamptz NOT NULL,
  updated_by text,
  deleted_at timestamptz,
  purchase text NOT NULL,
  place bigint,
  article text NOT NULL,
  quantity bigint,
  price decimal(10,2),
  amount decimal(12,2),
  due date,
  CONSTRAINT supply_line_pk PRIMARY KEY (id),
  CONSTRAINT supply_line_purchase_fk FOREIGN KEY (purchase) REFERENCES supply_order (id)
);
