import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn, type Relation } from "typeorm";

@Entity()
export class Country {
  @PrimaryColumn({ default: 1 })
  number: number;

  @Column({ unique: true })
  code: string;
}

@Entity()
export class City {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Country)
  @JoinColumn({ referencedColumnName: "code" })
  country: Relation<Country>;
}
