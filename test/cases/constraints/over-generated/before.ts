import { Column, Entity, PrimaryGeneratedColumn, Unique } from "typeorm";

@Entity()
export class Mall {
  @PrimaryGeneratedColumn()
  id: number;
}

@Entity()
@Unique("UQ_slug", ["slug"])
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: "text", nullable: true })
  code: string;

  @Column({ type: "text", nullable: true, asExpression: "code || 'x'", generatedType: "STORED" })
  slug: string;
}
