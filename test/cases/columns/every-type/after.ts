import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  Generated,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
  VersionColumn,
} from "typeorm";

export enum Colour {
  Red = "red",
  Blue = "blue",
}

@Entity()
export class Nothing {
  @PrimaryGeneratedColumn()
  id: number;
}

@Entity()
export class Everything {
  @PrimaryGeneratedColumn("uuid")
  id: string;

  @Column({ type: "int2", nullable: true })
  c_int2: unknown;

  @Column({ type: "int2", array: true, nullable: true })
  a_int2: unknown;

  @Column({ type: "int4", nullable: true })
  c_int4: unknown;

  @Column({ type: "int4", array: true, nullable: true })
  a_int4: unknown;

  @Column({ type: "int8", nullable: true })
  c_int8: unknown;

  @Column({ type: "int8", array: true, nullable: true })
  a_int8: unknown;

  @Column({ type: "numeric", nullable: true })
  c_numeric: unknown;

  @Column({ type: "numeric", array: true, nullable: true })
  a_numeric: unknown;

  @Column({ type: "decimal", nullable: true })
  c_decimal: unknown;

  @Column({ type: "decimal", array: true, nullable: true })
  a_decimal: unknown;

  @Column({ type: "real", nullable: true })
  c_real: unknown;

  @Column({ type: "real", array: true, nullable: true })
  a_real: unknown;

  @Column({ type: "float", nullable: true })
  c_float: unknown;

  @Column({ type: "float", array: true, nullable: true })
  a_float: unknown;

  @Column({ type: "float8", nullable: true })
  c_float8: unknown;

  @Column({ type: "float8", array: true, nullable: true })
  a_float8: unknown;

  @Column({ type: "money", nullable: true })
  c_money: unknown;

  @Column({ type: "money", array: true, nullable: true })
  a_money: unknown;

  @Column({ type: "varchar", nullable: true })
  c_varchar: unknown;

  @Column({ type: "varchar", array: true, nullable: true })
  a_varchar: unknown;

  @Column({ type: "char", nullable: true })
  c_char: unknown;

  @Column({ type: "char", array: true, nullable: true })
  a_char: unknown;

  @Column({ type: "text", nullable: true })
  c_text: unknown;

  @Column({ type: "text", array: true, nullable: true })
  a_text: unknown;

  @Column({ type: "bytea", nullable: true })
  c_bytea: unknown;

  @Column({ type: "bytea", array: true, nullable: true })
  a_bytea: unknown;

  @Column({ type: "bit", nullable: true })
  c_bit: unknown;

  @Column({ type: "bit", array: true, nullable: true })
  a_bit: unknown;

  @Column({ type: "varbit", nullable: true })
  c_varbit: unknown;

  @Column({ type: "varbit", array: true, nullable: true })
  a_varbit: unknown;

  @Column({ type: "timetz", nullable: true })
  c_timetz: unknown;

  @Column({ type: "timetz", array: true, nullable: true })
  a_timetz: unknown;

  @Column({ type: "timestamptz", nullable: true })
  c_timestamptz: unknown;

  @Column({ type: "timestamptz", array: true, nullable: true })
  a_timestamptz: unknown;

  @Column({ type: "timestamp", nullable: true })
  c_timestamp: unknown;

  @Column({ type: "timestamp", array: true, nullable: true })
  a_timestamp: unknown;

  @Column({ type: "date", nullable: true })
  c_date: unknown;

  @Column({ type: "date", array: true, nullable: true })
  a_date: unknown;

  @Column({ type: "time", nullable: true })
  c_time: unknown;

  @Column({ type: "time", array: true, nullable: true })
  a_time: unknown;

  @Column({ type: "interval", nullable: true })
  c_interval: unknown;

  @Column({ type: "interval", array: true, nullable: true })
  a_interval: unknown;

  @Column({ type: "bool", nullable: true })
  c_bool: unknown;

  @Column({ type: "bool", array: true, nullable: true })
  a_bool: unknown;

  @Column({ type: "point", nullable: true })
  c_point: unknown;

  @Column({ type: "point", array: true, nullable: true })
  a_point: unknown;

  @Column({ type: "line", nullable: true })
  c_line: unknown;

  @Column({ type: "line", array: true, nullable: true })
  a_line: unknown;

  @Column({ type: "lseg", nullable: true })
  c_lseg: unknown;

  @Column({ type: "lseg", array: true, nullable: true })
  a_lseg: unknown;

  @Column({ type: "box", nullable: true })
  c_box: unknown;

  @Column({ type: "box", array: true, nullable: true })
  a_box: unknown;

  @Column({ type: "path", nullable: true })
  c_path: unknown;

  @Column({ type: "path", array: true, nullable: true })
  a_path: unknown;

  @Column({ type: "polygon", nullable: true })
  c_polygon: unknown;

  @Column({ type: "polygon", array: true, nullable: true })
  a_polygon: unknown;

  @Column({ type: "circle", nullable: true })
  c_circle: unknown;

  @Column({ type: "circle", array: true, nullable: true })
  a_circle: unknown;

  @Column({ type: "cidr", nullable: true })
  c_cidr: unknown;

  @Column({ type: "cidr", array: true, nullable: true })
  a_cidr: unknown;

  @Column({ type: "inet", nullable: true })
  c_inet: unknown;

  @Column({ type: "inet", array: true, nullable: true })
  a_inet: unknown;

  @Column({ type: "macaddr", nullable: true })
  c_macaddr: unknown;

  @Column({ type: "macaddr", array: true, nullable: true })
  a_macaddr: unknown;

  @Column({ type: "macaddr8", nullable: true })
  c_macaddr8: unknown;

  @Column({ type: "macaddr8", array: true, nullable: true })
  a_macaddr8: unknown;

  @Column({ type: "tsvector", nullable: true })
  c_tsvector: unknown;

  @Column({ type: "tsvector", array: true, nullable: true })
  a_tsvector: unknown;

  @Column({ type: "tsquery", nullable: true })
  c_tsquery: unknown;

  @Column({ type: "tsquery", array: true, nullable: true })
  a_tsquery: unknown;

  @Column({ type: "uuid", nullable: true })
  c_uuid: unknown;

  @Column({ type: "uuid", array: true, nullable: true })
  a_uuid: unknown;

  @Column({ type: "xml", nullable: true })
  c_xml: unknown;

  @Column({ type: "json", nullable: true })
  c_json: unknown;

  @Column({ type: "jsonb", nullable: true })
  c_jsonb: unknown;

  @Column({ type: "jsonb", array: true, nullable: true })
  a_jsonb: unknown;

  @Column({ type: "jsonpath", nullable: true })
  c_jsonpath: unknown;

  @Column({ type: "jsonpath", array: true, nullable: true })
  a_jsonpath: unknown;

  @Column({ type: "int4range", nullable: true })
  c_int4range: unknown;

  @Column({ type: "int4range", array: true, nullable: true })
  a_int4range: unknown;

  @Column({ type: "int8range", nullable: true })
  c_int8range: unknown;

  @Column({ type: "int8range", array: true, nullable: true })
  a_int8range: unknown;

  @Column({ type: "numrange", nullable: true })
  c_numrange: unknown;

  @Column({ type: "numrange", array: true, nullable: true })
  a_numrange: unknown;

  @Column({ type: "tsrange", nullable: true })
  c_tsrange: unknown;

  @Column({ type: "tsrange", array: true, nullable: true })
  a_tsrange: unknown;

  @Column({ type: "tstzrange", nullable: true })
  c_tstzrange: unknown;

  @Column({ type: "tstzrange", array: true, nullable: true })
  a_tstzrange: unknown;

  @Column({ type: "daterange", nullable: true })
  c_daterange: unknown;

  @Column({ type: "daterange", array: true, nullable: true })
  a_daterange: unknown;

  @Column({ type: "int4multirange", nullable: true })
  c_int4multirange: unknown;

  @Column({ type: "int4multirange", array: true, nullable: true })
  a_int4multirange: unknown;

  @Column({ type: "int8multirange", nullable: true })
  c_int8multirange: unknown;

  @Column({ type: "int8multirange", array: true, nullable: true })
  a_int8multirange: unknown;

  @Column({ type: "nummultirange", nullable: true })
  c_nummultirange: unknown;

  @Column({ type: "nummultirange", array: true, nullable: true })
  a_nummultirange: unknown;

  @Column({ type: "tsmultirange", nullable: true })
  c_tsmultirange: unknown;

  @Column({ type: "tsmultirange", array: true, nullable: true })
  a_tsmultirange: unknown;

  @Column({ type: "tstzmultirange", nullable: true })
  c_tstzmultirange: unknown;

  @Column({ type: "tstzmultirange", array: true, nullable: true })
  a_tstzmultirange: unknown;

  @Column({ type: "datemultirange", nullable: true })
  c_datemultirange: unknown;

  @Column({ type: "datemultirange", array: true, nullable: true })
  a_datemultirange: unknown;

  @Column({ type: "varchar", length: 20, nullable: true })
  x0_varchar: unknown;

  @Column({ type: "char", length: 3, nullable: true })
  x1_char: unknown;

  @Column({ type: "bit", length: 4, nullable: true })
  x2_bit: unknown;

  @Column({ type: "varbit", length: 5, nullable: true })
  x3_varbit: unknown;

  @Column({ type: "numeric", precision: 10, scale: 2, nullable: true })
  x4_numeric: unknown;

  @Column({ type: "decimal", precision: 8, nullable: true })
  x5_decimal: unknown;

  @Column({ type: "timestamp", precision: 3, nullable: true })
  x6_timestamp: unknown;

  @Column({ type: "timestamptz", precision: 0, nullable: true })
  x7_timestamptz: unknown;

  @Column({ type: "time", precision: 2, nullable: true })
  x8_time: unknown;

  @Column({ type: "timetz", precision: 4, nullable: true })
  x9_timetz: unknown;

  @Column({ type: "interval", precision: 1, nullable: true })
  x10_interval: unknown;

  @Column({ type: "varchar", length: 30, array: true, nullable: true })
  x11_varchar: unknown;

  @Column({ type: "varchar", collation: "C", nullable: true })
  x12_varchar: unknown;

  @Column("simple-array", { nullable: true })
  simpleArray: string[];

  @Column("simple-json", { nullable: true })
  simpleJson: object;

  @Column({ type: "enum", enum: Colour, default: Colour.Red })
  colour: Colour;

  @Column({ type: "enum", enum: Colour, array: true, default: [Colour.Red, Colour.Blue] })
  colours: Colour[];

  @Column({ type: "enum", enum: [1, 2, 3], default: 2 })
  level: number;

  @CreateDateColumn()
  createdAt: Date;

  @UpdateDateColumn({ type: "timestamptz" })
  updatedAt: Date;

  @DeleteDateColumn()
  deletedAt: Date;

  @VersionColumn()
  version: number;

  @Column({ type: "int" })
  @Generated("increment")
  number: number;

  @Column({ type: "uuid" })
  @Generated("uuid")
  token: string;

  @Column({ type: "text", asExpression: "coalesce(c_text, '') || '!'", generatedType: "STORED" })
  shout: string;
}
