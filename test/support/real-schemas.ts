/** A schema as real projects have it. */
export interface RealSchema {
  readonly name: string;
  readonly sql: string;
  /** How many tables it has, without partitions. */
  readonly tables: number;
}

type Table = readonly [name: string, columns: string];

function create(tables: readonly Table[]): string {
  return tables.map(([name, columns]) => `CREATE TABLE ${name} (${columns});`).join("\n");
}

/** What most modules have: texts in several languages, notes, tags, an audit trail, settings. */
function surround(names: readonly string[], key: string): readonly Table[] {
  return names.flatMap((name): readonly Table[] => [
    [
      `${name}_translation`,
      `${name}_id ${key} NOT NULL REFERENCES ${name} ON DELETE CASCADE, locale varchar(5) NOT NULL CHECK (locale ~ '^[a-z]{2}(-[A-Z]{2})?$'), title varchar(80) NOT NULL, body text, PRIMARY KEY (${name}_id, locale)`,
    ],
    [
      `${name}_note`,
      `id bigserial PRIMARY KEY, ${name}_id ${key} NOT NULL REFERENCES ${name}, reply_to bigint REFERENCES ${name}_note, text text NOT NULL CHECK (length(trim(text)) > 0), created_at timestamptz NOT NULL DEFAULT now(), edited_at timestamptz, CHECK (edited_at IS NULL OR edited_at >= created_at)`,
    ],
    [
      `${name}_audit`,
      `id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${name}_id ${key} NOT NULL, action char(1) NOT NULL CHECK (action IN ('I', 'U', 'D')), old_row jsonb, new_row jsonb, at timestamptz NOT NULL DEFAULT now(), CHECK ((action = 'I') = (old_row IS NULL)), CHECK ((action = 'D') = (new_row IS NULL))`,
    ],
    [
      `${name}_setting`,
      `${name}_id ${key} NOT NULL REFERENCES ${name}, key varchar(40) NOT NULL CHECK (key ~ '^[a-z][a-z_.]*$'), value jsonb NOT NULL, PRIMARY KEY (${name}_id, key)`,
    ],
  ]);
}

const EXTENSIONS = ["citext", "hstore", "ltree", "cube", "btree_gist"]
  .map((name) => `CREATE EXTENSION IF NOT EXISTS ${name};`)
  .join(" ");

const TYPES =
  `smallint, integer, bigint, numeric(12,2), numeric, real, double precision, money, varchar(30), text, char(3), citext, bytea, bit(4),
  varbit(9), date, time, timetz, timestamp(3), timestamptz, interval, boolean, uuid, json, jsonb, jsonpath, xml, inet, cidr, macaddr, macaddr8, point,
  line, lseg, box, path, polygon, circle, int4range, int8range, numrange, tsrange, tstzrange, daterange, int4multirange, tstzmultirange, tsvector,
  tsquery, hstore, ltree, cube, text[], integer[], uuid[], jsonb[], timestamptz[]`
    .split(/, (?![^(]*\))|,\s+/)
    .map((type) => type.trim());

function shopChain(): string {
  const names = ["mall", "shop", "product", "customer", "orders", "supplier", "promotion", "employee"];
  const typed = TYPES.map(
    (type, at): Table => [
      `shop_fact_${at}`,
      `id serial PRIMARY KEY, shop_id uuid NOT NULL REFERENCES shop, value ${type} NOT NULL, old_value ${type}, recorded_at timestamptz NOT NULL DEFAULT now()`,
    ],
  );
  return `${EXTENSIONS}
CREATE TYPE order_state AS ENUM ('cart', 'placed', 'paid', 'shipped', 'returned');
${create([
  [
    "mall",
    "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code char(4) NOT NULL UNIQUE CHECK (code = upper(code)), name citext NOT NULL UNIQUE, place point NOT NULL, opens time NOT NULL, closes time NOT NULL, CHECK (opens < closes)",
  ],
  [
    "shop",
    "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), mall_id uuid NOT NULL REFERENCES mall, floor smallint NOT NULL CHECK (floor BETWEEN -2 AND 9), unit varchar(6) NOT NULL, area numeric(7,2) NOT NULL CHECK (area > 0), email text CHECK (email ~* '^[^@ ]+@[^@ ]+\\.[a-z]{2,}$'), UNIQUE (mall_id, floor, unit)",
  ],
  [
    "product",
    "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), sku varchar(20) NOT NULL UNIQUE CHECK (sku ~ '^[A-Z]{2}-[0-9]{4,8}$'), price numeric(10,2) NOT NULL CHECK (price >= 0), sale_price numeric(10,2), weight_g integer CHECK (weight_g > 0), tags text[] NOT NULL DEFAULT '{}', CHECK (sale_price IS NULL OR sale_price < price)",
  ],
  [
    "customer",
    "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email citext NOT NULL UNIQUE CHECK (position('@' in email) > 1), born date CHECK (born > '1900-01-01' AND born < '2030-01-01'), invited_by uuid REFERENCES customer, phone varchar(20) CHECK (phone ~ '^\\+[0-9]{6,15}$')",
  ],
  [
    "orders",
    "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), customer_id uuid NOT NULL REFERENCES customer, shop_id uuid NOT NULL REFERENCES shop, state order_state NOT NULL DEFAULT 'cart', placed_at timestamptz, paid_at timestamptz, total numeric(12,2) NOT NULL DEFAULT 0, CHECK ((state = 'cart') = (placed_at IS NULL)), CHECK (paid_at IS NULL OR paid_at >= placed_at)",
  ],
  [
    "order_line",
    "order_id uuid NOT NULL REFERENCES orders, position smallint NOT NULL CHECK (position > 0), product_id uuid NOT NULL REFERENCES product, quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 999), price numeric(10,2) NOT NULL, amount numeric GENERATED ALWAYS AS (quantity * price) STORED, PRIMARY KEY (order_id, position)",
  ],
  [
    "supplier",
    "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), vat varchar(14) NOT NULL UNIQUE CHECK (vat SIMILAR TO '(DE|AT|PL)[0-9]{8,10}'), name text NOT NULL",
  ],
  [
    "promotion",
    "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), percent smallint, amount numeric(8,2), during tstzrange NOT NULL CHECK (NOT isempty(during)), CHECK (num_nonnulls(percent, amount) = 1), CHECK (percent BETWEEN 1 AND 90)",
  ],
  [
    "employee",
    "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), shop_id uuid REFERENCES shop, boss_id uuid REFERENCES employee, hired date NOT NULL, dismissed date, salary money, CHECK (dismissed > hired), CHECK (boss_id <> id)",
  ],
  [
    "promotion_product",
    "promotion_id uuid REFERENCES promotion, product_id uuid REFERENCES product, PRIMARY KEY (promotion_id, product_id)",
  ],
  [
    "stock",
    "shop_id uuid REFERENCES shop, product_id uuid REFERENCES product, quantity integer NOT NULL DEFAULT 0 CHECK (quantity >= 0), PRIMARY KEY (shop_id, product_id)",
  ],
  ...surround(names, "uuid"),
  ...typed,
])}`;
}

function erp(): string {
  const companies = Array.from({ length: 12 }, (_, at): readonly Table[] => {
    const name = `ledger_${at}`;
    return [
      [
        name,
        "company char(4) NOT NULL REFERENCES company, year smallint NOT NULL CHECK (year BETWEEN 1990 AND 2100), number integer NOT NULL CHECK (number > 0), closed boolean NOT NULL DEFAULT false, previous integer, previous_year smallint, PRIMARY KEY (company, year, number), FOREIGN KEY (company, previous_year, previous) REFERENCES " +
          name +
          " (company, year, number), CHECK ((previous IS NULL) = (previous_year IS NULL))",
      ],
      [
        `${name}_entry`,
        `company char(4), year smallint, number integer, line smallint CHECK (line > 0), account varchar(10) NOT NULL, debit numeric(14,2) NOT NULL DEFAULT 0 CHECK (debit >= 0), credit numeric(14,2) NOT NULL DEFAULT 0 CHECK (credit >= 0), PRIMARY KEY (company, year, number, line), FOREIGN KEY (company, year, number) REFERENCES ${name}, FOREIGN KEY (company, account) REFERENCES account, CHECK (debit = 0 OR credit = 0), CHECK (debit + credit > 0)`,
      ],
      [
        `${name}_approval`,
        `company char(4) NOT NULL, year smallint NOT NULL, number integer NOT NULL, approver integer NOT NULL REFERENCES person, deputy integer REFERENCES person, at timestamptz NOT NULL, PRIMARY KEY (company, year, number, approver), FOREIGN KEY (company, year, number) REFERENCES ${name} ON DELETE CASCADE, CHECK (deputy <> approver)`,
      ],
    ];
  }).flat();
  return `${create([
    [
      "person",
      "id serial PRIMARY KEY, login varchar(20) NOT NULL UNIQUE CHECK (login = lower(login) AND login !~ '\\s'), manager integer NOT NULL REFERENCES person DEFERRABLE, department integer",
    ],
    [
      "department",
      "id serial PRIMARY KEY, name text NOT NULL UNIQUE, head integer NOT NULL REFERENCES person, parent integer REFERENCES department, CHECK (parent <> id)",
    ],
    [
      "company",
      "code char(4) PRIMARY KEY CHECK (code ~ '^[A-Z]{4}$'), name text NOT NULL, parent char(4) REFERENCES company, currency char(3) NOT NULL CHECK (currency IN ('EUR', 'PLN', 'USD'))",
    ],
    [
      "account",
      "company char(4) REFERENCES company, number varchar(10) CHECK (number ~ '^[0-9]{4,10}$'), parent varchar(10), kind char(1) NOT NULL CHECK (kind = ANY (ARRAY['A', 'P', 'R'])), PRIMARY KEY (company, number), FOREIGN KEY (company, parent) REFERENCES account (company, number)",
    ],
    [
      "cost_center",
      "company char(4), number integer, owner integer NOT NULL REFERENCES person, account varchar(10) NOT NULL, PRIMARY KEY (company, number), FOREIGN KEY (company, account) REFERENCES account",
    ],
    ["item", "id integer PRIMARY KEY, default_bom integer, unit varchar(3) NOT NULL CHECK (unit IN ('pc', 'kg', 'm'))"],
    ["bom", "id integer PRIMARY KEY, item integer NOT NULL REFERENCES item, valid daterange NOT NULL"],
    [
      "bom_part",
      "bom integer REFERENCES bom, item integer REFERENCES item, quantity numeric(10,4) NOT NULL CHECK (quantity > 0 AND quantity < 10000), PRIMARY KEY (bom, item)",
    ],
    ["warehouse", "id serial PRIMARY KEY, company char(4) NOT NULL REFERENCES company, main_bin integer NOT NULL"],
    [
      "bin",
      "id serial PRIMARY KEY, warehouse integer NOT NULL REFERENCES warehouse, code varchar(12) NOT NULL, UNIQUE (warehouse, code)",
    ],
    [
      "document",
      "company char(4), kind varchar(2) CHECK (kind IN ('IN', 'CN')), number integer CHECK (number > 0), corrects integer, partner char(4) NOT NULL REFERENCES company, PRIMARY KEY (company, kind, number), FOREIGN KEY (company) REFERENCES company, CHECK (partner <> company), CHECK (kind = 'CN' OR corrects IS NULL)",
    ],
    [
      "document_line",
      "company char(4), kind varchar(2), number integer, line smallint, item integer NOT NULL REFERENCES item, center integer NOT NULL, PRIMARY KEY (company, kind, number, line), FOREIGN KEY (company, kind, number) REFERENCES document, FOREIGN KEY (company, center) REFERENCES cost_center",
    ],
    ...companies,
    ...surround(["person", "department", "item"], "integer"),
  ])}
ALTER TABLE person ADD FOREIGN KEY (department) REFERENCES department;
ALTER TABLE item ADD FOREIGN KEY (default_bom) REFERENCES bom;
ALTER TABLE warehouse ADD FOREIGN KEY (main_bin) REFERENCES bin;`;
}

function cms(): string {
  const trees = ["page", "category", "menu", "topic", "asset_folder", "region"].flatMap((name): readonly Table[] => [
    [
      `${name}_closure_node`,
      `id serial PRIMARY KEY, name varchar NOT NULL, "parentId" integer REFERENCES ${name}_closure_node`,
    ],
    [
      `${name}_closure`,
      `id_ancestor integer NOT NULL REFERENCES ${name}_closure_node ON DELETE CASCADE, id_descendant integer NOT NULL REFERENCES ${name}_closure_node ON DELETE CASCADE, PRIMARY KEY (id_ancestor, id_descendant)`,
    ],
    [`${name}_path`, `id serial PRIMARY KEY, mpath varchar DEFAULT '', "parentId" integer REFERENCES ${name}_path`],
    [
      `${name}_nested`,
      `id serial PRIMARY KEY, nsleft integer NOT NULL DEFAULT 1, nsright integer NOT NULL DEFAULT 2, "parentId" integer REFERENCES ${name}_nested, CHECK (nsleft < nsright)`,
    ],
    [`${name}_ltree`, `path ltree PRIMARY KEY CHECK (nlevel(path) BETWEEN 1 AND 6), title text NOT NULL`],
  ]);
  const kinds = ["article", "gallery", "video", "poll", "product", "event", "form", "quiz"].flatMap(
    (name): readonly Table[] => [
      [
        name,
        `id uuid PRIMARY KEY DEFAULT gen_random_uuid(), slug varchar(60) NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'), author integer NOT NULL REFERENCES author, published_at timestamptz, state varchar(10) NOT NULL CHECK (state IN ('draft', 'live', 'gone')), UNIQUE (slug), CHECK (state <> 'live' OR published_at IS NOT NULL)`,
      ],
      [
        `${name}_version`,
        `${name} uuid REFERENCES ${name}, version integer CHECK (version >= 1), content jsonb NOT NULL CHECK (jsonb_typeof(content) = 'object'), PRIMARY KEY (${name}, version)`,
      ],
      [`${name}_related`, `a uuid REFERENCES ${name}, b uuid REFERENCES ${name}, PRIMARY KEY (a, b), CHECK (a < b)`],
    ],
  );
  return `${EXTENSIONS}
${create([
  ["author", "id serial PRIMARY KEY, handle citext NOT NULL UNIQUE, links hstore"],
  [
    "content",
    `id serial PRIMARY KEY, type varchar NOT NULL, title varchar(100), "durationSeconds" integer, url text, CHECK (type IN ('Article', 'Video', 'Link')), CHECK (type <> 'Video' OR "durationSeconds" > 0), CHECK (type <> 'Link' OR url LIKE 'http%')`,
  ],
  ...trees,
  ...kinds,
  ...surround(["author", "content"], "integer"),
])}
CREATE INDEX ON content (type);
CREATE UNIQUE INDEX one_title ON content (lower(title)) WHERE title IS NOT NULL;
CREATE TABLE base_item (id serial PRIMARY KEY, title text NOT NULL);
CREATE TABLE photo (width integer NOT NULL CHECK (width BETWEEN 1 AND 20000), height integer NOT NULL CHECK (height BETWEEN 1 AND 20000)) INHERITS (base_item);
CREATE TABLE sound (seconds numeric(8,3) NOT NULL CHECK (seconds > 0)) INHERITS (base_item);`;
}

function booking(): string {
  const venues = ["room", "court", "table", "boat", "car", "studio", "desk", "guide", "projector", "kitchen"].flatMap(
    (one): readonly Table[] => {
      const name = `${one}_item`;
      return [
        [
          name,
          "id serial PRIMARY KEY, name text NOT NULL UNIQUE, capacity int4range NOT NULL CHECK (lower(capacity) > 0), open_on integer[] NOT NULL CHECK (array_length(open_on, 1) BETWEEN 1 AND 7)",
        ],
        [
          `${name}_booking`,
          `id serial PRIMARY KEY, item integer NOT NULL REFERENCES ${name}, guest integer NOT NULL REFERENCES guest, during tstzrange NOT NULL CHECK (lower(during) < upper(during) AND NOT lower_inf(during) AND NOT upper_inf(during)), cancelled boolean NOT NULL DEFAULT false, EXCLUDE USING gist (item WITH =, during WITH &&) WHERE (NOT cancelled)`,
        ],
        [
          `${name}_price`,
          `item integer NOT NULL REFERENCES ${name}, season daterange NOT NULL, price numeric(8,2) NOT NULL CHECK (price > 0), currency char(3) NOT NULL DEFAULT 'EUR' CHECK (currency ~ '^[A-Z]{3}$'), EXCLUDE USING gist (item WITH =, season WITH &&)`,
        ],
        [
          `${name}_block`,
          `item integer NOT NULL REFERENCES ${name}, days datemultirange NOT NULL, reason text NOT NULL CHECK (reason <> ''), PRIMARY KEY (item, reason)`,
        ],
        [
          `${name}_hours`,
          `item integer REFERENCES ${name}, weekday smallint CHECK (weekday BETWEEN 1 AND 7), opens time NOT NULL, closes time NOT NULL, PRIMARY KEY (item, weekday), CHECK (closes > opens + interval '1 hour')`,
        ],
      ];
    },
  );
  const logs = ["visit", "payment", "message"].flatMap((name): readonly string[] => [
    `CREATE TABLE ${name}_log (id bigint GENERATED BY DEFAULT AS IDENTITY, at timestamptz NOT NULL, guest integer REFERENCES guest, amount numeric(10,2) CHECK (amount <> 0), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);`,
    ...[1, 2, 3].map(
      (month) =>
        `CREATE TABLE ${name}_log_${month} PARTITION OF ${name}_log FOR VALUES FROM ('2031-0${month}-01') TO ('2031-0${month + 1}-01');`,
    ),
    `CREATE TABLE ${name}_stat (country char(2) NOT NULL, day date NOT NULL, n integer NOT NULL CHECK (n >= 0), PRIMARY KEY (country, day)) PARTITION BY LIST (country);`,
    `CREATE TABLE ${name}_stat_de PARTITION OF ${name}_stat FOR VALUES IN ('DE'); CREATE TABLE ${name}_stat_pl PARTITION OF ${name}_stat FOR VALUES IN ('PL', 'CZ') PARTITION BY RANGE (day); CREATE TABLE ${name}_stat_pl_1 PARTITION OF ${name}_stat_pl FOR VALUES FROM ('2031-01-01') TO ('2032-01-01');`,
    `CREATE TABLE ${name}_hash (id uuid PRIMARY KEY, data jsonb) PARTITION BY HASH (id); CREATE TABLE ${name}_hash_0 PARTITION OF ${name}_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE ${name}_hash_1 PARTITION OF ${name}_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1);`,
  ]);
  return `${EXTENSIONS}
${create([
  [
    "guest",
    "id serial PRIMARY KEY, mail citext NOT NULL UNIQUE, born date NOT NULL CHECK (born BETWEEN '1900-01-01' AND '2020-01-01'), passport varchar(12) CHECK (passport ~ '^[A-Z0-9]{6,12}$')",
  ],
  [
    "voucher",
    "code varchar(8) PRIMARY KEY CHECK (length(code) = 8 AND code = upper(code)), percent integer NOT NULL CHECK (percent % 5 = 0 AND percent BETWEEN 5 AND 50), valid tstzrange NOT NULL, used_by integer REFERENCES guest, used_at timestamptz, CHECK ((used_by IS NULL) = (used_at IS NULL)), CHECK (valid @> used_at)",
  ],
  [
    "shift",
    "guide integer NOT NULL REFERENCES guest, during tsrange NOT NULL, EXCLUDE USING gist (guide WITH =, during WITH &&)",
  ],
  ...venues,
  ...surround(["guest"], "integer"),
])}
${logs.join("\n")}`;
}

function insurance(): string {
  const policies = ["home", "car", "life", "travel", "pet", "legal", "health", "boat", "bike", "phone"].flatMap(
    (name): readonly Table[] => [
      [
        `${name}_policy`,
        "id serial PRIMARY KEY, number policy_number NOT NULL UNIQUE, holder integer NOT NULL REFERENCES party, insured integer[] NOT NULL CHECK (cardinality(insured) > 0), starts date NOT NULL, ends date NOT NULL, premium amount NOT NULL, paid amount NOT NULL, share percentage NOT NULL DEFAULT 100, CHECK (ends > starts), CHECK (paid <= premium), UNIQUE (holder, starts), UNIQUE (holder, ends, premium)",
      ],
      [
        `${name}_claim`,
        `policy integer NOT NULL REFERENCES ${name}_policy, seq smallint NOT NULL CHECK (seq > 0), reported timestamptz NOT NULL, happened timestamptz NOT NULL, contacts mail[] NOT NULL, state claim_state NOT NULL, decided timestamptz, sum amount, PRIMARY KEY (policy, seq), CHECK (happened <= reported), CHECK ((state IN ('accepted', 'refused')) = (decided IS NOT NULL)), CHECK (state <> 'accepted' OR sum > 0)`,
      ],
      [
        `${name}_cover`,
        `policy integer NOT NULL REFERENCES ${name}_policy, code varchar(4) NOT NULL CHECK (code ~ '^[A-Z][0-9]{3}$'), lower_limit amount NOT NULL, upper_limit amount NOT NULL, PRIMARY KEY (policy, code), UNIQUE (code, policy, upper_limit), CHECK (upper_limit >= lower_limit)`,
      ],
      [
        `${name}_address`,
        "party integer NOT NULL REFERENCES party, kind varchar(8) NOT NULL CHECK (kind IN ('post', 'risk')), zip zip NOT NULL, city text NOT NULL CHECK (city !~ '[0-9]'), country char(2) NOT NULL CHECK (country = upper(country)), PRIMARY KEY (party, kind), CHECK (country <> 'DE' OR length(zip) = 5)",
      ],
      [
        `${name}_payment`,
        `id uuid PRIMARY KEY, policy integer NOT NULL REFERENCES ${name}_policy, iban iban NOT NULL, bic varchar(11) NOT NULL CHECK (bic ~ '^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$'), months integer[] NOT NULL CHECK (1 <= ALL (months) AND 12 >= ALL (months)), amount amount NOT NULL CHECK (VALUE_OF_AMOUNT)`.replace(
          "VALUE_OF_AMOUNT",
          "amount <> 13",
        ),
      ],
    ],
  );
  return `
CREATE TYPE claim_state AS ENUM ('new', 'checked', 'accepted', 'refused');
CREATE DOMAIN amount AS numeric(12,2) CHECK (VALUE >= 0);
CREATE DOMAIN percentage AS numeric(5,2) CHECK (VALUE > 0 AND VALUE <= 100);
CREATE DOMAIN mail AS varchar(60) CHECK (VALUE ~ '^[a-z0-9.]+@[a-z]+\\.[a-z]{2,3}$');
CREATE DOMAIN zip AS varchar(10) CHECK (VALUE ~ '^[0-9A-Z -]{4,10}$');
CREATE DOMAIN iban AS varchar(34) CHECK (VALUE ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$');
CREATE DOMAIN policy_number AS char(9) CHECK (VALUE ~ '^[A-Z]{3}[0-9]{6}$');
CREATE DOMAIN short_mail AS mail CHECK (length(VALUE) < 30);
${create([
  [
    "party",
    "id serial PRIMARY KEY, kind char(1) NOT NULL CHECK (kind IN ('P', 'C')), first_name text, last_name text, company text, mail short_mail, born date, CHECK (CASE WHEN kind = 'P' THEN last_name IS NOT NULL AND company IS NULL ELSE company IS NOT NULL AND last_name IS NULL END), CHECK (kind = 'P' OR born IS NULL), UNIQUE NULLS NOT DISTINCT (kind, company, last_name, first_name)",
  ],
  [
    "agent",
    "id integer PRIMARY KEY REFERENCES party, license varchar(10) NOT NULL UNIQUE CHECK (license ~ '^D-[A-Z0-9]{4}-[0-9]{2}$'), commission percentage[] NOT NULL",
  ],
  [
    "tariff",
    "code varchar(6), year smallint, base amount NOT NULL, factor numeric(4,3) NOT NULL CHECK (factor BETWEEN 0.5 AND 2), min_age smallint NOT NULL CHECK (min_age >= 18), max_age smallint NOT NULL CHECK (max_age <= 99), PRIMARY KEY (code, year), CHECK (min_age < max_age), CHECK (base * factor < 5000)",
  ],
  ...policies,
  ...surround(["party"], "integer"),
])}`;
}

/** Five schemas of 50 to 150 tables. */
export const REAL_SCHEMAS: readonly RealSchema[] = [
  { name: "a chain of shops", tables: 99, sql: shopChain() },
  { name: "an ERP", tables: 60, sql: erp() },
  { name: "a CMS", tables: 67, sql: cms() },
  { name: "a booking system", tables: 66, sql: booking() },
  { name: "an insurer", tables: 57, sql: insurance() },
];
