const dataSource = require("./data-source");

dataSource.initialize().then(async () => {
  console.log(`${await dataSource.getRepository("Shop").count()} shops`);
  await dataSource.destroy();
});
