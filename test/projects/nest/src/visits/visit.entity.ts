import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Shop } from '../shops/shop.entity';

@Entity()
export class Visit {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id: string;

  @Column()
  ticket: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  at: Date;

  @ManyToOne(() => Shop, (shop) => shop.visits, { nullable: false })
  shop: Shop;
}
