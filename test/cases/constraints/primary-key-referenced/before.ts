import { Entity, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn, type Relation } from "typeorm";

@Entity()
export class Country {
  @PrimaryColumn()
  code: string;
}

@Entity()
export class City {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Country)
  country: Relation<Country>;
}
