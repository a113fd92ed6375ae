import {
  Column,
  DefaultNamingStrategy,
  Entity,
  Index,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from "typeorm";

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, "");

class SnakeNaming extends DefaultNamingStrategy {
  override tableName(name: string, given: string | undefined): string {
    return given ?? snake(name);
  }

  override columnName(name: string, given: string | undefined): string {
    return given ?? snake(name);
  }

  override joinColumnName(relation: string, column: string): string {
    return snake(`${relation}_${column}`);
  }
}

export const options = { namingStrategy: new SnakeNaming() };

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
