import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "typeorm";

@Entity()
@Unique(["title", "city"])
export class Mall {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 120 })
  @Index()
  title: string;

  @Column()
  city: string;
}
