import { Column, Entity, Index, ManyToOne, PrimaryGeneratedColumn, type Relation } from "typeorm";

@Entity()
export class Mall {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 40 })
  shortName: string;

  @Column({ type: "date", nullable: true })
  openedOn: string;
}

@Entity()
export class ShopUnit {
  @PrimaryGeneratedColumn()
  id: number;

  @Index()
  @Column({ type: "int" })
  floorNumber: number;

  @ManyToOne(() => Mall)
  mall: Relation<Mall>;
}
