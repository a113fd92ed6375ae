import { describe, expect, test } from "vitest";
import { readReferences } from "../../src/kinds/query-references.ts";
import type { Reference } from "../../src/kinds/reference.ts";

type Row = readonly [what: string, sql: string, relations: string, expanded?: string];

/** What a query reads, and of what it takes over the columns. */
const QUERIES: readonly Row[] = [
  ["a table", "SELECT id FROM shop", "shop"],
  ["a table with an alias", "SELECT s.id FROM shop AS s", "shop"],
  ["several tables", "SELECT 1 FROM shop s, town AS t, mall", "mall shop town"],
  ["joins", "SELECT 1 FROM a JOIN b ON a.x = b.x LEFT OUTER JOIN c USING (x), d CROSS JOIN e", "a b c d e"],
  ["joins in parentheses", "SELECT 1 FROM ((a JOIN b ON true) JOIN c ON (a.x = c.x)), ONLY (d)", "a b c d"],
  ["commas in brackets", "SELECT 1 FROM a JOIN b ON a.x = ANY (ARRAY[1, a.y, b.y]), c", "a b c"],
  ["ONLY", "SELECT 1 FROM ONLY shop JOIN ONLY town ON true", "shop town"],
  ["a star after a table", "SELECT id FROM shop * WHERE id > 0", "shop"],
  ["TABLE", "TABLE shop", "shop", "shop"],
  ["TABLE in a union", "SELECT id FROM a UNION TABLE ONLY b ORDER BY 1", "a b", "b"],
  ["UNION and EXCEPT", "(SELECT 1 FROM a) UNION ALL SELECT 2 FROM b EXCEPT (SELECT 3 FROM c)", "a b c"],
  ["schemas", `SELECT 1 FROM app.shop JOIN "My App"."Town" t ON true`, "My App.Town app.shop"],
  ["a database before the schema", "SELECT 1 FROM db.app.shop", "app.shop"],
  ["capitals", `SELECT 1 FROM Shop, "Shop"`, "Shop shop"],
  ["a quote and a dot in a name", `SELECT 1 FROM "say ""hi""", "a.b"`, `a.b say "hi"`],
  ["escapes", `SELECT 1 FROM U&"sh\\006fp", U&"\\+000061"`, "a shop"],
  ["a key word in quotes", `SELECT 1 FROM "order" JOIN "select" ON true`, "order select"],
  [
    "a key word that is no name",
    "SELECT id FROM shop GROUP BY id ORDER BY id LIMIT 1 FOR UPDATE OF shop, town",
    "shop",
  ],
  ["a column called like a view", "SELECT amount, s.amount FROM sale s WHERE amount > 1 ORDER BY amount", "sale"],
  ["an alias called like a view", "SELECT 1 AS report, x report FROM shop report (amount, price)", "shop"],
  ["labels that are key words", `SELECT a AS from, b AS select, s.from FROM shop s`, "shop"],
  ["a literal", "SELECT 'FROM town', E'\\' FROM town', $$ FROM town $$, $a$ FROM $$ town $a$ FROM shop", "shop"],
  ["comments", "SELECT 1 /* FROM a /* JOIN b */ , c */ FROM shop -- , town\n WHERE true", "shop"],
  ["a comment between", "SELECT 1 FROM/**/shop--\n,/* x */town", "shop town"],
  ["functions with FROM", "SELECT extract(year FROM day), trim(both FROM town), substring(a FROM b) FROM shop", "shop"],
  ["a comparison", "SELECT a IS DISTINCT FROM b, a IS NOT DISTINCT FROM c FROM shop", "shop"],
  ["DISTINCT", "SELECT DISTINCT ON (a, b) a FROM shop", "shop"],
  ["no column", "SELECT FROM shop", "shop"],
  ["a function", "SELECT 1 FROM list_shops(1, 2) AS report, generate_series(1, 2) WITH ORDINALITY", ""],
  ["several functions", "SELECT 1 FROM ROWS FROM (f(1), g(2) AS (a int, b text)) AS t, shop", "shop"],
  ["a table called rows", "SELECT 1 FROM rows", "rows"],
  ["JSON_TABLE", "SELECT 1 FROM shop, JSON_TABLE(doc, '$' COLUMNS (a int PATH '$.a', b text PATH '$.b')) j", "shop"],
  ["a sample", "SELECT 1 FROM shop TABLESAMPLE system (10) REPEATABLE (1), town", "shop town"],
  ["subqueries", "SELECT (SELECT 1 FROM a), x FROM (SELECT 1 AS x FROM b) t WHERE EXISTS (SELECT FROM c)", "a b c"],
  ["a subquery in a join", "SELECT 1 FROM ((SELECT 1 FROM a) x JOIN b ON true)", "a b"],
  ["sets in parentheses", "SELECT 1 FROM ((SELECT 1 FROM a) UNION (SELECT 1 FROM b)) x, c", "a b c"],
  ["values", "SELECT 1 FROM (VALUES (1, 2), (3, (SELECT 4 FROM a))) v (x, y), b", "a b"],
  ["LATERAL", "SELECT 1 FROM shop s, LATERAL (SELECT 1 FROM town WHERE id = s.id) t, LATERAL f(s) g", "shop town"],
  ["a condition of a join", "SELECT 1 FROM a JOIN b ON a.x IN (SELECT x FROM c, d), e", "a b c d e"],
  [
    "an aggregate",
    "SELECT count(*) FILTER (WHERE x > (SELECT 1 FROM a)) OVER (PARTITION BY y ORDER BY z) FROM b",
    "a b",
  ],
  [
    "WITH",
    "WITH x AS (SELECT 1 FROM a), y (c) AS NOT MATERIALIZED (SELECT 1 FROM x, b) SELECT 1 FROM x, y, c",
    "a b c",
  ],
  [
    "WITH a table's own name",
    "WITH shop AS (SELECT id FROM shop) SELECT id FROM shop JOIN app.shop s ON true",
    "app.shop shop",
  ],
  ["WITH in a subquery", "SELECT 1 FROM (WITH x AS (SELECT 1 FROM a) SELECT 1 FROM x) t JOIN x ON true", "a x"],
  ["WITH of the query outside", "WITH x AS (SELECT 1 FROM a) SELECT (SELECT 1 FROM x)", "a"],
  [
    "WITH RECURSIVE",
    "WITH RECURSIVE x AS (SELECT 1 FROM a UNION SELECT 1 FROM x, y), y AS (SELECT 1) SELECT 1 FROM x",
    "a",
  ],
  [
    "SEARCH and CYCLE",
    "WITH RECURSIVE x AS (SELECT 1 FROM a) SEARCH DEPTH FIRST BY b, c SET d CYCLE e, f SET g USING h, z AS (SELECT 1 FROM i) SELECT 1 FROM x, z, j",
    "a i j",
  ],
  ["types of casts", "SELECT NULL::shop, CAST(ROW(1) AS app.town), x::mall[] FROM a", "a app.town mall shop"],
  ["no end", "SELECT 1 FROM shop, (SELECT 'a", "shop"],

  ["a star", "SELECT * FROM shop, town t", "shop town", "shop town"],
  ["a star after a column", "SELECT 1 AS a, * FROM shop", "shop", "shop"],
  ["a star and a condition", "SELECT DISTINCT * FROM shop WHERE a * b > 0", "shop", "shop"],
  ["a product", "SELECT a * b, 2 * count(*) FROM shop", "shop"],
  ["a star of one table", "SELECT s.*, town.name FROM shop s JOIN town ON true", "shop town", "shop"],
  ["a star of a quoted name", `SELECT "My S".* FROM "Shop" "My S", town`, "Shop town", "Shop"],
  ["a star with a schema", "SELECT app.shop.* FROM app.shop, town", "app.shop town", "app.shop"],
  ["a row that is taken apart", "SELECT (s).*, (t).name FROM shop s, town t", "shop town", "shop"],
  [
    "a typed row that is taken apart",
    "SELECT (NULL::shop).*, (json_populate_record(NULL::town, '{}')).* FROM a",
    "a shop town",
    "json_populate_record() shop town",
  ],
  ["ROW with a star", "SELECT ROW(s.*, 1), t FROM shop s, town t", "shop town", "shop"],
  ["whole rows", "SELECT s, row_to_json(t), count(t.*) FROM shop s, town t", "shop town"],
  ["whole rows as PostgreSQL writes them", "SELECT s.*::shop AS r, (t.* IS NULL) FROM shop s, town t", "shop town"],
  ["a star in a subquery", "SELECT x.id FROM (SELECT * FROM shop) x, town", "shop town", "shop"],
  ["a star of a subquery", "SELECT x.*, * FROM (SELECT id FROM shop) x", "shop"],
  ["a star in WITH", "WITH x AS (SELECT * FROM shop) SELECT * FROM x, town", "shop town", "shop town"],
  ["a star in one part of a union", "SELECT * FROM a UNION SELECT x, y FROM b UNION SELECT c.* FROM c", "a b c", "a c"],
  ["a star of an outer table", "SELECT l.* FROM shop s, LATERAL (SELECT s.*, t.id FROM town t) l", "shop town", "shop"],
  ["a star of a join", "SELECT j.* FROM (a JOIN b USING (x)) AS j, c", "a b c", "a b"],
  [
    "a star of a typed function",
    "SELECT * FROM jsonb_populate_recordset(NULL::shop, '[]') r",
    "shop",
    "jsonb_populate_recordset() shop",
  ],
  ["a star of a function", "SELECT f.*, g FROM app.f(1) f, g(2)", "", "app.f()"],
  ["a result that is taken apart", "SELECT (f(s)).*, (g(1)).a FROM shop s", "shop", "f()"],
  ["a natural join", "SELECT a.x FROM a NATURAL JOIN b", "a b", "a b"],
  ["EXISTS", "SELECT id FROM a WHERE EXISTS (SELECT * FROM b)", "a b", "b"],
  ["a star in a comment or a literal", "SELECT id /* , * */, '*' FROM shop -- *", "shop"],
];

describe("what a query refers to", () => {
  const rows = QUERIES.map(([what, sql, relations, expanded = ""]) => ({ what, sql, found: { relations, expanded } }));

  test.each(rows)("$what", ({ sql, found }) => {
    const { relations, expanded } = readReferences(sql);
    expect({ relations: list(relations), expanded: list(expanded) }).toEqual(found);
  });
});

function list(references: readonly Reference[]): string {
  const names = references.map(({ qualifier, name, isCall }) =>
    [...(qualifier === undefined ? [] : [qualifier]), isCall ? `${name}()` : name].join("."),
  );
  return [...new Set(names)].sort().join(" ");
}
