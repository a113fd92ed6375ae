// What TypeORM's users have: `schema:log` over compiled models, without the start of its command line.
const { default: dataSource } = require(`${process.cwd()}/compiled/ormconfig.js`);

async function log() {
  await dataSource.initialize();
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  await dataSource.destroy();
  console.log(upQueries.length);
}

log();
