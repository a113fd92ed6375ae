import { blockSql, id, literal, path } from "../sql.ts";
import { COPIED, ENDANGERED_SEQUENCES, KEPT, LEANING_VIEWS, OBSTACLES, REBUILT } from "./rebuild-parts.ts";
import { drops, restores, tableShape } from "./rebuild-statements.ts";

/** The place of a new column; left out, at the end. */
export interface ColumnPlace {
  /** Directly before this column: the table is rebuilt. */
  readonly before?: string;
  /** Directly after this column: the table is rebuilt, unless this column is the last one. */
  readonly after?: string;
}

/** A new column and its place. */
export interface Placing {
  readonly table: string;
  readonly column: string;
  readonly place: ColumnPlace;
  /** The statements that add the column at the end. */
  readonly adding: readonly string[];
  /** Nothing happens if the table has the column already. */
  readonly ifNotExists?: true | undefined;
}

/**
 * One statement that adds a column at a place. PostgreSQL only adds columns at the end, so the statement rebuilds the
 * table. It reads from the catalog, as statements, everything that belongs to the table or depends on it; it drops these
 * objects, and creates them again around the new table. If something cannot be rebuilt, it fails before it changes
 * anything. At the end it compares what depends on which column, by name; if that differs, everything is undone.
 */
export function placeColumnSql(placing: Placing): string {
  return blockSql(bodySql(placing));
}

function bodySql({ table, column, place, adding, ifNotExists }: Placing): string {
  const anchor = place.after ?? place.before;
  if (anchor === undefined) throw new Error(`The column ${column} has no place.`);
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

/** The catalog is read with an empty search path, so that it prints every name with its schema. */
const READ_FROM_HERE = "PERFORM pg_catalog.set_config('search_path', '', true);";

/** Statements run with the search path of the revision: functions in indexes and generated columns may need it. */
const WRITE_FROM_HERE = "PERFORM pg_catalog.set_config('search_path', paths, true);";

/** After the last column no rebuild is necessary. */
function unlessLast(add: string): string {
  return `  IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = target AND attnum > anchor AND NOT attisdropped) THEN
${add}
    RETURN;
  END IF;`;
}

/** The table; the materialized views over it, which are dropped with it; and the views over it, which stay without it. */
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

/** The statements are made while the old table still exists. */
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

/** The old table is dropped without CASCADE: PostgreSQL refuses here if something still depends on it. */
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
