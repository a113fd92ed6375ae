import { Column, Entity, PrimaryColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryColumn()
  id: number;

  @Column({ type: "int" })
  code: number;
}

@Entity()
export class Zone {
  @PrimaryColumn()
  id: number;
}

@Entity()
export class Gate {
  @PrimaryColumn()
  id: number;

  @Column({ type: "int" })
  sign: number;
}
