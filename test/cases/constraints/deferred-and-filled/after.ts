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

  @ManyToOne(() => Mall, { nullable: false, deferrable: "INITIALLY DEFERRED" })
  mall: Mall;

  @Column({ type: "text" })
  code: string;
}

/** The way down does not know which values were missing. */
export const lost = ["shop.code", "shop.mallId"];
