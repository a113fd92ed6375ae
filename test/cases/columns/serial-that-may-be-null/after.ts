import { Column, Entity, Generated, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Mall {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "int", nullable: true })
  @Generated("increment")
  no!: number;
}

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "int", nullable: true })
  @Generated("increment")
  no!: number;

  @Column({ type: "uuid", nullable: true })
  @Generated("uuid")
  token!: string;
}
