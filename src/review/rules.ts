import type { RuleName } from "../schema/rule-names.ts";
import * as builds from "./builds.ts";
import * as losses from "./losses.ts";
import * as notes from "./notes.ts";
import * as oldCode from "./old-code.ts";
import * as rewrites from "./rewrites.ts";
import type { ReviewRule } from "./rule.ts";
import * as scans from "./scans.ts";
import * as transactions from "./transactions.ts";

/** Every rule of a review, in the order of the documentation. */
export const RULES: Readonly<Record<RuleName, ReviewRule>> = {
  "drop-table": losses.tableDropped,
  "drop-column": losses.columnDropped,
  "drop-takes-more": losses.dropTakesMore,
  "retype-loses": losses.retypeLoses,
  "drop-and-add": losses.dropAndAdd,
  "enum-value-removed": losses.enumValueRemoved,
  "not-null-scan": scans.notNullScan,
  "check-scan": scans.checkScan,
  "unique-build": builds.uniqueBuild,
  "primary-key-build": builds.primaryKeyBuild,
  "exclusion-build": builds.exclusionBuild,
  "type-rewrite": rewrites.typeRewrite,
  "type-scan": rewrites.typeScan,
  "type-index-rebuild": rewrites.typeIndexRebuild,
  "default-rewrite": rewrites.defaultRewrite,
  "generated-rewrite": rewrites.generatedRewrite,
  "serial-rewrite": rewrites.serialRewrite,
  "identity-rewrite": rewrites.identityRewrite,
  "column-placed": rewrites.columnPlaced,
  "enum-replaced": rewrites.enumReplaced,
  "index-blocks-writes": builds.indexBlocksWrites,
  "foreign-key-scan": scans.foreignKeyScan,
  "foreign-key-without-index": builds.foreignKeyWithoutIndex,
  "rows-in-the-way": notes.rowsInTheWay,
  "rename-column": oldCode.columnRenamed,
  "rename-table": oldCode.tableRenamed,
  "rename-schema": oldCode.schemaRenamed,
  "required-for-old-code": oldCode.requiredForOldCode,
  "gone-for-old-code": oldCode.goneForOldCode,
  "enum-value-unknown-to-old-code": oldCode.enumValueUnknownToOldCode,
  "validate-in-same-transaction": transactions.validateInSameTransaction,
  "many-exclusive-locks": transactions.manyExclusiveLocks,
  "work-after-exclusive-lock": transactions.workAfterExclusiveLock,
  "update-without-batches": transactions.updateWithoutBatches,
  "enum-value-stays": notes.enumValueStays,
  "downgrade-loses": notes.downgradeLoses,
  "unknown-sql": notes.unknownSql,
  "unused-acceptance": notes.unusedAcceptance,
};
