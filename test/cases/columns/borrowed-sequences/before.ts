import { Column, Entity, Generated, PrimaryColumn, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Zone {
  @PrimaryGeneratedColumn()
  id: number;
}

@Entity()
export class Area {
  @PrimaryColumn()
  id: number;

  @Column({ default: () => "nextval('zone_id_seq'::regclass)" })
  number: number;
}

@Entity()
export class Arch {
  @PrimaryColumn()
  id: number;
}

@Entity()
export class Booth {
  @PrimaryColumn()
  id: number;

  @Column({ default: () => "nextval('zone_id_seq'::regclass)" })
  number: number;
}

@Entity()
export class Counter {
  @PrimaryColumn()
  id: number;

  @Column({ type: "int" })
  @Generated("increment")
  ticket: number;

  @Column({ type: "int" })
  @Generated("increment")
  receipt: number;
}

@Entity()
export class Desk {
  @PrimaryColumn()
  id: number;

  @Column({ default: () => "nextval('counter_ticket_seq'::regclass)" })
  ticket: number;

  @Column({ default: () => "nextval('counter_receipt_seq'::regclass)" })
  receipt: number;
}
