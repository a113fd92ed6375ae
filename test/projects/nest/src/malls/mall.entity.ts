import { Check, Column, CreateDateColumn, Entity, OneToMany, PrimaryGeneratedColumn } from 'typeorm';
import { Shop } from '../shops/shop.entity';

@Entity()
@Check('title_given', "title <> ''")
export class Mall {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  title: string;

  @Column({ nullable: true })
  city: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @OneToMany(() => Shop, (shop) => shop.mall)
  shops: Shop[];
}
