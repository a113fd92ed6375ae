import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Mall {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "text" })
  name: string;
}

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Mall, { nullable: true, deferrable: "INITIALLY DEFERRED" })
  mall: Mall;

  @Column({ type: "text", nullable: true })
  code: string;
}
