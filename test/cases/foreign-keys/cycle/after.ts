import { Entity, ManyToOne, PrimaryGeneratedColumn, type Relation } from "typeorm";

@Entity()
export class Empty {
  @PrimaryGeneratedColumn()
  id: number;
}

@Entity()
export class Hen {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Egg)
  from: Relation<Egg>;
}

@Entity()
export class Egg {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Hen)
  of: Relation<Hen>;
}
