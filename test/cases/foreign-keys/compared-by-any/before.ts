import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from "typeorm";

/** PostgreSQL compares each of these by an operator for all enum types, all arrays, or all ranges. */
@Entity()
export class Floor {
  @PrimaryColumn({ type: "enum", enum: ["north", "south"] })
  wing: string;

  @PrimaryColumn({ type: "varchar", length: 10 })
  code: string;
}

@Entity()
export class Shop {
  @PrimaryColumn({ type: "int", array: true })
  path: number[];

  @PrimaryColumn({ type: "varchar", length: 10 })
  sign: string;

  @Column({ type: "enum", enum: ["north", "south"], enumName: "floor_wing_enum" })
  wing: string;

  @Column({ type: "varchar", length: 10 })
  code: string;

  @ManyToOne(() => Floor)
  @JoinColumn([
    { name: "wing", referencedColumnName: "wing" },
    { name: "code", referencedColumnName: "code" },
  ])
  floor: Relation<Floor>;
}

@Entity()
export class Lease {
  @PrimaryColumn({ type: "int4range" })
  years: string;

  @PrimaryColumn()
  place: string;
}

@Entity()
export class Rent {
  @PrimaryColumn()
  id: number;

  @Column({ type: "int", array: true })
  path: number[];

  @Column({ type: "varchar", length: 10 })
  sign: string;

  @ManyToOne(() => Lease)
  @JoinColumn([
    { name: "years", referencedColumnName: "years" },
    { name: "place", referencedColumnName: "place" },
  ])
  lease: Relation<Lease>;

  @ManyToOne(() => Shop)
  @JoinColumn([
    { name: "path", referencedColumnName: "path" },
    { name: "sign", referencedColumnName: "sign" },
  ])
  shop: Relation<Shop>;
}
