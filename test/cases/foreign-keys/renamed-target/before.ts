import { Entity, JoinColumn, ManyToOne, OneToOne, PrimaryGeneratedColumn, type Relation } from "typeorm";

@Entity()
export class Employee {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Employee)
  boss: Relation<Employee>;

  @ManyToOne(() => Department)
  department: Relation<Department>;
}

@Entity()
export class Department {
  @PrimaryGeneratedColumn()
  id: number;

  @OneToOne(() => Employee)
  @JoinColumn()
  head: Relation<Employee>;
}

@Entity()
export class Left {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Right)
  right: Relation<Right>;
}

@Entity()
export class Right {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Left)
  left: Relation<Left>;
}
