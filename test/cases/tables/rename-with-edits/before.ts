import { Column, Entity, Index, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Store {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 40 })
  title: string;

  @Column()
  @Index()
  code: string;

  @Column()
  city: string;

  @Column({ nullable: true })
  fax: string;
}
