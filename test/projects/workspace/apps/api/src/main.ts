import { Shop } from "@malls/entities";
import { dataSource } from "./data-source.js";

await dataSource.initialize();
console.log(`${await dataSource.getRepository(Shop).count()} shops`);
await dataSource.destroy();
