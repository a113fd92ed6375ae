import { Column, Entity, Index, JoinColumn, ManyToOne, OneToOne, PrimaryColumn, PrimaryGeneratedColumn } from "typeorm";

export const options = { uuidExtension: "pgcrypto", installExtensions: false };

@Entity()
export class Mall {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "varchar" })
  title!: string;
}

@Entity()
@Index(["mall", "code"], { unique: true })
export class Shop {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Mall, { nullable: false, onDelete: "CASCADE" })
  mall!: Mall;

  @Column({ type: "varchar" })
  code!: string;
}

@Entity()
export class Employee {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: "varchar" })
  name!: string;

  @ManyToOne(() => Employee, { nullable: true })
  manager!: Employee;

  @ManyToOne(() => Mall, { nullable: true })
  mall!: Mall;
}

/** Its key is a foreign key, and others reference it. */
@Entity()
export class Badge {
  @PrimaryColumn({ type: "int" })
  employeeId!: number;

  @OneToOne(() => Employee)
  @JoinColumn({ name: "employeeId" })
  employee!: Employee;
}

@Entity()
export class Scan {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Badge)
  badge!: Badge;
}
