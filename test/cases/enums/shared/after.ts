import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

const levels = ["none", "low", "middle", "high", "deadly"];

@Entity()
export class Task {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: levels, enumName: "level" })
  urgency: string;

  @Column({ type: "enum", enum: levels, enumName: "level", array: true, default: ["low"] })
  history: string[];
}

@Entity()
export class Risk {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: levels, enumName: "level", default: "middle" })
  level: string;
}

@Entity()
export class Old {
  @PrimaryGeneratedColumn()
  id: number;
}
