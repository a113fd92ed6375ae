import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity()
export class Role {
  @PrimaryColumn()
  name: string;

  @Column({ type: 'jsonb', default: {} })
  rights: Record<string, string[]>;
}
