import {
  Column,
  Entity,
  Index,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
} from 'typeorm';
import { Mall } from '../malls/mall.entity';
import { Tag } from '../tags/tag.entity';
import { Visit } from '../visits/visit.entity';
import { ShopStatus } from './shop-status.enum';

@Entity()
@Index(['mall', 'code'], { unique: true })
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 20 })
  code: string;

  @Column({ type: 'enum', enum: ShopStatus, default: ShopStatus.Open })
  status: ShopStatus;

  @Column()
  contact: string;

  @Column({ nullable: true })
  phone: string;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  @ManyToOne(() => Mall, (mall) => mall.shops, { nullable: false, onDelete: 'CASCADE' })
  mall: Mall;

  @ManyToMany(() => Tag)
  @JoinTable()
  tags: Tag[];

  @OneToMany(() => Visit, (visit) => visit.shop)
  visits: Visit[];
}
