import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

const levels = ["low", "high"];

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

  @Column({ type: "enum", enum: levels, enumName: "level", default: "low" })
  level: string;

  @Column({ type: "enum", enum: ["a"], enumName: "grade", nullable: true })
  grade: string;
}

@Entity()
export class Old {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "enum", enum: ["a"], enumName: "grade", nullable: true })
  grade: string;
}
