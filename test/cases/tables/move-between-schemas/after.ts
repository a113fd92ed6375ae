import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from "typeorm";

/** Made by someone else, who goes on keeping them. */
export const given = "CREATE SCHEMA south; CREATE SCHEMA west";

@Entity({ schema: "west" })
export class Shop {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "enum", enum: ["open", "shut"], default: "open" })
  state!: string;
}

@Entity()
export class Lease {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Shop)
  shop!: Shop;
}
