import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  OneToMany,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
} from "typeorm";
import { Address } from "./address.ts";
import { Amenity } from "./enums.ts";
import { Shop } from "./shop.ts";
import { Unit } from "./unit.ts";

/** A shopping mall of the chain. */
@Entity({ comment: "The chain's shopping malls" })
export class Mall {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column({ length: 120 })
  name!: string;

  @Column({ length: 40, unique: true, comment: "The mall's part of a web address" })
  slug!: string;

  @Column(() => Address)
  address!: Address;

  @Column({ type: "enum", enum: Amenity, array: true, default: [] })
  amenities!: Amenity[];

  @Column({ type: "jsonb", default: { parkingFree: true } })
  settings!: Record<string, unknown>;

  @Column({ length: 40, default: "Europe/Berlin" })
  timeZone!: string;

  @Column({ type: "date", nullable: true })
  openedOn!: string | null;

  @OneToMany(
    () => Unit,
    (unit) => unit.mall,
  )
  units!: Unit[];

  @OneToMany(
    () => Shop,
    (shop) => shop.mall,
  )
  shops!: Shop[];

  @CreateDateColumn({ type: "timestamptz" })
  createdAt!: Date;

  @UpdateDateColumn({ type: "timestamptz" })
  updatedAt!: Date;

  @DeleteDateColumn({ type: "timestamptz" })
  deletedAt!: Date | null;
}
