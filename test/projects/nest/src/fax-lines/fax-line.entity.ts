import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Mall } from '../malls/mall.entity';

@Entity()
export class FaxLine {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  number: string;

  @ManyToOne(() => Mall)
  mall: Mall;
}
