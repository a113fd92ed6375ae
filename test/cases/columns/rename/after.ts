import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "typeorm";

@Entity()
@Unique(["name", "city"])
export class Mall {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 120 })
  @Index()
  name: string;

  @Column()
  city: string;
}
