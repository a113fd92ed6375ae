import { Column, Entity, Index, JoinColumn, ManyToOne, OneToOne, PrimaryColumn, PrimaryGeneratedColumn } from "typeorm";

export const options = { uuidExtension: "pgcrypto", installExtensions: false };

/** The way down numbers the rows again. */
export const lost = [
  "mall.id",
  "employee.id",
  "employee.managerId",
  "employee.mallId",
  "shop.mallId",
  "badge.employeeId",
  "scan.badgeEmployeeId",
];

@Entity()
export class Mall {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

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
  @PrimaryGeneratedColumn("uuid")
  id!: string;

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
  @PrimaryColumn({ type: "uuid" })
  employeeId!: string;

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
