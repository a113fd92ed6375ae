import { Column, Entity, PrimaryGeneratedColumn, type Relation, Tree, TreeChildren, TreeParent } from "typeorm";

@Entity()
@Tree("closure-table")
export class Section {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  name: string;

  @TreeChildren()
  children: Relation<Section>[];

  @TreeParent()
  parent: Relation<Section>;
}

@Entity()
@Tree("nested-set")
export class Area {
  @PrimaryGeneratedColumn()
  id: number;

  @TreeChildren()
  children: Relation<Area>[];

  @TreeParent()
  parent: Relation<Area>;
}

@Entity()
@Tree("materialized-path")
export class Menu {
  @PrimaryGeneratedColumn()
  id: number;

  @TreeChildren()
  children: Relation<Menu>[];

  @TreeParent()
  parent: Relation<Menu>;
}

@Entity()
@Tree("adjacency-list")
export class Staff {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ default: "" })
  role: string;

  @TreeChildren()
  children: Relation<Staff>[];

  @TreeParent()
  parent: Relation<Staff>;
}
