/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.createExtension("uuid-ossp");

  op.createEnum("everything_colour_enum", ["red", "blue"]);
  op.createEnum("everything_colours_enum", ["red", "blue"]);
  op.createEnum("everything_level_enum", ["1", "2", "3"]);

  op.createTable("everything", {
    columns: [
      { name: "id", type: "uuid", default: "uuid_generate_v4()" },
      { name: "c_int2", type: "smallint", nullable: true },
      { name: "a_int2", type: "smallint[]", nullable: true },
      { name: "c_int4", type: "integer", nullable: true },
      { name: "a_int4", type: "integer[]", nullable: true },
      { name: "c_int8", type: "bigint", nullable: true },
      { name: "a_int8", type: "bigint[]", nullable: true },
      { name: "c_numeric", type: "numeric", nullable: true },
      { name: "a_numeric", type: "numeric[]", nullable: true },
      { name: "c_decimal", type: "numeric", nullable: true },
      { name: "a_decimal", type: "numeric[]", nullable: true },
      { name: "c_real", type: "real", nullable: true },
      { name: "a_real", type: "real[]", nullable: true },
      { name: "c_float", type: "double precision", nullable: true },
      { name: "a_float", type: "double precision[]", nullable: true },
      { name: "c_float8", type: "double precision", nullable: true },
      { name: "a_float8", type: "double precision[]", nullable: true },
      { name: "c_money", type: "money", nullable: true },
      { name: "a_money", type: "money[]", nullable: true },
      { name: "c_varchar", type: "character varying", nullable: true },
      { name: "a_varchar", type: "character varying[]", nullable: true },
      { name: "c_char", type: "character(1)", nullable: true },
      { name: "a_char", type: "character(1)[]", nullable: true },
      { name: "c_text", type: "text", nullable: true },
      { name: "a_text", type: "text[]", nullable: true },
      { name: "c_bytea", type: "bytea", nullable: true },
      { name: "a_bytea", type: "bytea[]", nullable: true },
      { name: "c_bit", type: "bit(1)", nullable: true },
      { name: "a_bit", type: "bit(1)[]", nullable: true },
      { name: "c_varbit", type: "bit varying", nullable: true },
      { name: "a_varbit", type: "bit varying[]", nullable: true },
      { name: "c_timetz", type: "time with time zone", nullable: true },
      { name: "a_timetz", type: "time with time zone[]", nullable: true },
      { name: "c_timestamptz", type: "timestamp with time zone", nullable: true },
      { name: "a_timestamptz", type: "timestamp with time zone[]", nullable: true },
      { name: "c_timestamp", type: "timestamp without time zone", nullable: true },
      { name: "a_timestamp", type: "timestamp without time zone[]", nullable: true },
      { name: "c_date", type: "date", nullable: true },
      { name: "a_date", type: "date[]", nullable: true },
      { name: "c_time", type: "time without time zone", nullable: true },
      { name: "a_time", type: "time without time zone[]", nullable: true },
      { name: "c_interval", type: "interval", nullable: true },
      { name: "a_interval", type: "interval[]", nullable: true },
      { name: "c_bool", type: "boolean", nullable: true },
      { name: "a_bool", type: "boolean[]", nullable: true },
      { name: "c_point", type: "point", nullable: true },
      { name: "a_point", type: "point[]", nullable: true },
      { name: "c_line", type: "line", nullable: true },
      { name: "a_line", type: "line[]", nullable: true },
      { name: "c_lseg", type: "lseg", nullable: true },
      { name: "a_lseg", type: "lseg[]", nullable: true },
      { name: "c_box", type: "box", nullable: true },
      { name: "a_box", type: "box[]", nullable: true },
      { name: "c_path", type: "path", nullable: true },
      { name: "a_path", type: "path[]", nullable: true },
      { name: "c_polygon", type: "polygon", nullable: true },
      { name: "a_polygon", type: "polygon[]", nullable: true },
      { name: "c_circle", type: "circle", nullable: true },
      { name: "a_circle", type: "circle[]", nullable: true },
      { name: "c_cidr", type: "cidr", nullable: true },
      { name: "a_cidr", type: "cidr[]", nullable: true },
      { name: "c_inet", type: "inet", nullable: true },
      { name: "a_inet", type: "inet[]", nullable: true },
      { name: "c_macaddr", type: "macaddr", nullable: true },
      { name: "a_macaddr", type: "macaddr[]", nullable: true },
      { name: "c_macaddr8", type: "macaddr8", nullable: true },
      { name: "a_macaddr8", type: "macaddr8[]", nullable: true },
      { name: "c_tsvector", type: "tsvector", nullable: true },
      { name: "a_tsvector", type: "tsvector[]", nullable: true },
      { name: "c_tsquery", type: "tsquery", nullable: true },
      { name: "a_tsquery", type: "tsquery[]", nullable: true },
      { name: "c_uuid", type: "uuid", nullable: true },
      { name: "a_uuid", type: "uuid[]", nullable: true },
      { name: "c_xml", type: "xml", nullable: true },
      { name: "c_json", type: "json", nullable: true },
      { name: "c_jsonb", type: "jsonb", nullable: true },
      { name: "a_jsonb", type: "jsonb[]", nullable: true },
      { name: "c_jsonpath", type: "jsonpath", nullable: true },
      { name: "a_jsonpath", type: "jsonpath[]", nullable: true },
      { name: "c_int4range", type: "int4range", nullable: true },
      { name: "a_int4range", type: "int4range[]", nullable: true },
      { name: "c_int8range", type: "int8range", nullable: true },
      { name: "a_int8range", type: "int8range[]", nullable: true },
      { name: "c_numrange", type: "numrange", nullable: true },
      { name: "a_numrange", type: "numrange[]", nullable: true },
      { name: "c_tsrange", type: "tsrange", nullable: true },
      { name: "a_tsrange", type: "tsrange[]", nullable: true },
      { name: "c_tstzrange", type: "tstzrange", nullable: true },
      { name: "a_tstzrange", type: "tstzrange[]", nullable: true },
      { name: "c_daterange", type: "daterange", nullable: true },
      { name: "a_daterange", type: "daterange[]", nullable: true },
      { name: "c_int4multirange", type: "int4multirange", nullable: true },
      { name: "a_int4multirange", type: "int4multirange[]", nullable: true },
      { name: "c_int8multirange", type: "int8multirange", nullable: true },
      { name: "a_int8multirange", type: "int8multirange[]", nullable: true },
      { name: "c_nummultirange", type: "nummultirange", nullable: true },
      { name: "a_nummultirange", type: "nummultirange[]", nullable: true },
      { name: "c_tsmultirange", type: "tsmultirange", nullable: true },
      { name: "a_tsmultirange", type: "tsmultirange[]", nullable: true },
      { name: "c_tstzmultirange", type: "tstzmultirange", nullable: true },
      { name: "a_tstzmultirange", type: "tstzmultirange[]", nullable: true },
      { name: "c_datemultirange", type: "datemultirange", nullable: true },
      { name: "a_datemultirange", type: "datemultirange[]", nullable: true },
      { name: "x0_varchar", type: "character varying(20)", nullable: true },
      { name: "x1_char", type: "character(3)", nullable: true },
      { name: "x2_bit", type: "bit(4)", nullable: true },
      { name: "x3_varbit", type: "bit varying(5)", nullable: true },
      { name: "x4_numeric", type: "numeric(10,2)", nullable: true },
      { name: "x5_decimal", type: "numeric(8,0)", nullable: true },
      { name: "x6_timestamp", type: "timestamp(3) without time zone", nullable: true },
      { name: "x7_timestamptz", type: "timestamp(0) with time zone", nullable: true },
      { name: "x8_time", type: "time(2) without time zone", nullable: true },
      { name: "x9_timetz", type: "time(4) with time zone", nullable: true },
      { name: "x10_interval", type: "interval(1)", nullable: true },
      { name: "x11_varchar", type: "character varying(30)[]", nullable: true },
      { name: "x12_varchar", type: "character varying", nullable: true, collation: "C" },
      { name: "simpleArray", type: "text", nullable: true },
      { name: "simpleJson", type: "text", nullable: true },
      { name: "colour", type: "everything_colour_enum", default: "'red'" },
      { name: "colours", type: "everything_colours_enum[]", default: "'{red,blue}'" },
      { name: "level", type: "everything_level_enum", default: "'2'" },
      { name: "createdAt", type: "timestamp without time zone", default: "now()" },
      { name: "updatedAt", type: "timestamp with time zone", default: "now()" },
      { name: "deletedAt", type: "timestamp without time zone", nullable: true },
      { name: "version", type: "integer" },
      { name: "number", type: "serial" },
      { name: "token", type: "uuid", default: "uuid_generate_v4()" },
      { name: "shout", type: "text", asExpression: "coalesce(c_text, '') || '!'", generatedType: "STORED" },
    ],
    primaryKey: { name: "PK_ea6ebbfe3a75f97434e439bd50c", columns: ["id"] },
  });

  op.addTypeormMetadata(
    { type: "GENERATED_COLUMN", table: "everything", name: "shout" },
    "coalesce(c_text, '') || '!'",
  );
}

export function downgrade(op: Operations): void {
  op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "everything", name: "shout" });

  op.dropTable("everything");

  op.dropEnum("everything_colour_enum");
  op.dropEnum("everything_colours_enum");
  op.dropEnum("everything_level_enum");

  op.dropExtension("uuid-ossp");
}
