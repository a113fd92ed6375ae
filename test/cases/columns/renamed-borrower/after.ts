import { Column, Entity, Generated, PrimaryColumn, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Mall {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["open", "shut"], default: "open" })
  state: string;
}

@Entity()
export class Shop {
  @PrimaryColumn()
  id: number;

  @Column({ type: "int", default: () => "nextval('mall_id_seq'::regclass)" })
  number: number;
}

@Entity()
export class Zone {
  @PrimaryColumn()
  id: number;

  @Column({ type: "int" })
  @Generated("increment")
  sign: number;
}

@Entity()
export class Gate {
  @PrimaryColumn()
  id: number;

  @Column({ type: "int", default: () => "nextval('zone_sign_seq'::regclass)" })
  label: number;
}
