export { backfill } from "./backfill.ts";
export { createCheckConstraint } from "./checks.ts";
export { addColumn, alterColumn, dropColumn, renameColumn } from "./column-operations.ts";
export { commentOnColumn, commentOnTable } from "./comments.ts";
export { dropConstraint, renameConstraint, validateConstraint } from "./constraints.ts";
export {
  addEnumValue,
  createEnum,
  dropEnum,
  moveEnumToSchema,
  renameEnum,
  renameEnumValue,
  replaceEnum,
} from "./enum-operations.ts";
export { createExclusionConstraint } from "./exclusions.ts";
export { createExtension, dropExtension } from "./extensions.ts";
export { createForeignKey } from "./foreign-keys.ts";
export { createIndex, dropIndex, renameIndex } from "./indexes.ts";
export { createPrimaryKey } from "./primary-keys.ts";
export { insertRows } from "./rows.ts";
export { createSchema, dropSchema, renameSchema } from "./schemas.ts";
export { alterSequence, createSequence, dropSequence, renameSequence } from "./sequences.ts";
export { setValues } from "./set-values.ts";
export { commit, irreversible, run, sql, todo } from "./statements.ts";
export { createTable, dropTable, moveToSchema, renameTable } from "./tables.ts";
export { addTypeormMetadata, removeTypeormMetadata } from "./typeorm-metadata.ts";
export { createUniqueConstraint } from "./uniques.ts";
export { createView, dropView } from "./views.ts";
