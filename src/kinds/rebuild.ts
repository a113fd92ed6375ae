import { blockSql, id, literal, path } from "../sql.ts";
import { COPIED, ENDANGERED_SEQUENCES, KEPT, LEANING_VIEWS, OBSTACLES, REBUILT } from "./rebuild-parts.ts";
import { drops, restores, tableShape } from "./rebuild-statements.ts";

/** Where a new column stands; at the end unless told. */
export interface ColumnPlace {
  /** Right before this column: the table is built anew. */
  readonly before?: string;
  /** Right after this column: the table is built anew, unless that is the last one. */
  readonly after?: string;
}

/** A column and the place that it is to have. */
export interface Placing {
  readonly table: string;
  readonly column: string;
  readonly place: ColumnPlace;
  /** What adds the column at the end. */
  readonly adding: readonly string[];
  /** Nothing happens if the table has the column. */
  readonly ifNotExists?: true | undefined;
}

/**
 * One statement that adds a column and gives it its place. PostgreSQL only adds columns at the end, so the statement
 * builds the table anew: what belongs to it or leans on it is read from the catalog as statements, taken down, and made
 * again around the new table. What stands in the way stops it before anything is changed; and in the end whatever
 * leaned on a column has to lean on the column of that name again, or all is undone.
 */
export function placeColumnSql(placing: Placing): string {
  return blockSql(bodySql(placing));
}

function bodySql({ table, column, place, adding, ifNotExists }: Placing): string {
  const anchor = (place.after ?? place.before)!;
  const add = adding.map((sql) => `  EXECUTE ${literal(sql)};`).join("\n");
  const order = `CASE WHEN a.attname = ${literal(column)} THEN anchor ${place.after === undefined ? "-" : "+"} 0.5 ELSE a.attnum END`;
  const there = (name: string) =>
    `EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = target AND attname = ${literal(name)} AND NOT attisdropped)`;
  return `${DECLARATIONS}
BEGIN
  LOCK TABLE ${path(table)} IN ACCESS EXCLUSIVE MODE;
  target := ${literal(path(table))}::pg_catalog.regclass;
${ifNotExists ? `  IF ${there(column)} THEN RETURN; END IF;\n` : ""}
  SELECT attnum INTO anchor FROM pg_catalog.pg_attribute
  WHERE attrelid = target AND attname = ${literal(anchor)} AND attnum > 0 AND NOT attisdropped;
  IF anchor IS NULL THEN
    RAISE undefined_column USING MESSAGE = ${literal(`column ${id(anchor)} of ${path(table)} does not exist`)};
  END IF;
${place.after === undefined ? "" : unlessLast(add)}
  ${READ_FROM_HERE}
${FIND}
${refuse(table, column)}
  ${WRITE_FROM_HERE}
${add}
  ${READ_FROM_HERE}
${describe(order)}
  ${WRITE_FROM_HERE}
${RUN}
  ${READ_FROM_HERE}
${prove(table, column)}
  ${WRITE_FROM_HERE}
  PERFORM pg_catalog.set_config('default_tablespace', spaces, true);
END`;
}

const DECLARATIONS = `DECLARE
  target oid;
  anchor smallint;
  relations oid[];
  names text[];
  views oid[];
  problems text[];
  leaning text[];
  drops text[];
  shapes text[];
  restores text[];
  copied text;
  todo text;
  generator record;
  generated record;
  paths text := pg_catalog.current_setting('search_path');
  spaces text := pg_catalog.current_setting('default_tablespace');`;

/** The catalog is read under an empty search path, so that every name in what it prints has its schema. */
const READ_FROM_HERE = "PERFORM pg_catalog.set_config('search_path', '', true);";

/** Statements run under the revision's own search path, which functions in indexes and generated columns may need. */
const WRITE_FROM_HERE = "PERFORM pg_catalog.set_config('search_path', paths, true);";

/** Behind the last column nothing has to move. */
function unlessLast(add: string): string {
  return `  IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = target AND attnum > anchor AND NOT attisdropped) THEN
${add}
    RETURN;
  END IF;`;
}

/** The table, the materialized views that read from it and have to go with it, and the views that only stop reading. */
const FIND = `
  relations := ARRAY(${REBUILT});
  names := ARRAY(SELECT one::regclass::text FROM unnest(relations) WITH ORDINALITY o (one, place) ORDER BY place);
  views := ARRAY(${LEANING_VIEWS});`;

function refuse(table: string, column: string): string {
  return `
  problems := ARRAY(${OBSTACLES});
  IF problems <> '{}' THEN
    RAISE feature_not_supported USING
      MESSAGE = ${literal(`${path(table)} cannot be rebuilt to put the column ${id(column)} in its place`)},
      DETAIL = E'The rebuild cannot keep:\\n' || array_to_string(problems, E'\\n'),
      HINT = 'In this revision, drop these objects before this step and recreate them after it. Or add the column at the end.';
  END IF;`;
}

/** Everything is put down as statements while the old table still stands. */
function describe(order: string): string {
  return `
  leaning := ARRAY(${KEPT});
  drops := ${drops};
  shapes := ${tableShape(order)};
  copied := (${COPIED});
  restores := ${restores};
  FOR generator IN ${ENDANGERED_SEQUENCES} LOOP
    EXECUTE format('ALTER SEQUENCE %s CACHE %s', generator.name, generator.cache);
    EXECUTE format('SELECT last_value, is_called FROM %s', generator.name) INTO generated;
    todo := format('SELECT pg_catalog.setval(%L, %s, %L)', generator.name, generated.last_value, generated.is_called);
    restores := restores || todo;
  END LOOP;`;
}

/** The old table is dropped without CASCADE: had something been forgotten, PostgreSQL would say so here. */
const RUN = `
  PERFORM pg_catalog.set_config('default_tablespace', '', true);
  FOREACH todo IN ARRAY drops OPERATOR(pg_catalog.||) shapes LOOP
    EXECUTE todo;
  END LOOP;
  EXECUTE pg_catalog.format('INSERT INTO %s (%s) SELECT %2$s FROM ONLY %3$s', names[1], copied, target::pg_catalog.regclass);
  EXECUTE pg_catalog.format('DROP TABLE %s', target::pg_catalog.regclass);
  FOREACH todo IN ARRAY restores LOOP
    EXECUTE todo;
  END LOOP;`;

function prove(table: string, column: string): string {
  return `
  relations := ARRAY(SELECT one::regclass FROM unnest(names) one);
  problems := ARRAY(${KEPT});
  IF problems <> leaning THEN
    RAISE feature_not_supported USING
      MESSAGE = ${literal(`${path(table)} cannot be rebuilt to put the column ${id(column)} in its place`)},
      DETAIL = E'These objects use its columns by number, or would be lost:\\n' || array_to_string(
        ARRAY(SELECT unnest(leaning) EXCEPT SELECT unnest(problems) ORDER BY 1), E'\\n');
  END IF;`;
}
