import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

/** A name that shops trade under and products are sold under. */
@Entity()
export class Brand {
  @PrimaryGeneratedColumn("identity", { generatedIdentity: "BY DEFAULT" })
  id!: number;

  @Column({ length: 120, unique: true })
  name!: string;

  @Column({ type: "text", array: true, default: [] })
  aliases!: string[];

  @Column({ type: "varchar", nullable: true })
  website!: string | null;
}
