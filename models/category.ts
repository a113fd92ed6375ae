import { Column, Entity, PrimaryGeneratedColumn, Tree, TreeChildren, TreeParent } from "typeorm";

/** A shelf of the catalogue; a shelf can hold other shelves. */
@Entity()
@Tree("closure-table")
export class Category {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 60 })
  name!: string;

  @Column({ type: "smallint", default: 0, comment: "Its place among its siblings" })
  position!: number;

  @TreeParent({ onDelete: "CASCADE" })
  parent!: Category | null;

  @TreeChildren()
  children!: Category[];
}
