import { Column, Entity, Generated, PrimaryColumn, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Yard {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "int" })
  @Generated("increment")
  gate: number;
}

@Entity()
export class Arch {
  @PrimaryColumn()
  id: number;

  @Column({ default: () => "nextval('yard_gate_seq'::regclass)" })
  gate: number;
}

@Entity()
export class Booth {
  @PrimaryColumn()
  id: number;
}

@Entity()
export class Counter {
  @PrimaryColumn()
  id: number;

  @Column({ type: "int" })
  receipt: number;
}

@Entity()
export class Desk {
  @PrimaryColumn()
  id: number;
}

@Entity()
export class Alley {
  @PrimaryColumn({ default: () => "nextval('yard_id_seq'::regclass)" })
  id: number;
}

export const lost = ["area.*", "booth.number", "counter.ticket", "desk.receipt", "desk.ticket", "zone.*"];
