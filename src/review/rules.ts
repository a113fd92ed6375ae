import type { RuleName } from "../schema/rule-names.ts";
import * as builds from "./builds.ts";
import * as losses from "./losses.ts";
import * as measured from "./measured-rules.ts";
import * as notes from "./notes.ts";
import * as oldCode from "./old-code.ts";
import * as rewrites from "./rewrites.ts";
import type { ReviewRule } from "./rule.ts";
import * as scans from "./scans.ts";
import * as transactions from "./transactions.ts";
import { unqualifiedFunction } from "./unqualified.ts";

/** Every rule of a review, in the order of the documentation. */
export const RULES: Readonly<Record<RuleName, ReviewRule>> = {
  "drop-table": { ...losses.tableDropped, findMeasured: measured.measuredTableDrop },
  "drop-column": { ...losses.columnDropped, findMeasured: measured.measuredColumnDrop },
  "drop-takes-more": losses.dropTakesMore,
  "retype-loses": losses.retypeLoses,
  "drop-and-add": losses.dropAndAdd,
  "enum-value-removed": losses.enumValueRemoved,
  truncate: measured.truncated,
  cascade: measured.cascaded,
  "identity-restarts": { ...losses.numbersGivenAgain, findMeasured: measured.measuredRestart },
  "not-null-scan": { ...scans.notNullScan, findMeasured: measured.measuredNotNull },
  "check-scan": { ...scans.checkScan, findMeasured: measured.measuredCheck },
  "unique-build": { ...builds.uniqueBuild, findMeasured: measured.measuredUnique },
  "primary-key-build": { ...builds.primaryKeyBuild, findMeasured: measured.measuredPrimaryKey },
  "exclusion-build": { ...builds.exclusionBuild, findMeasured: measured.measuredExclusion },
  "type-rewrite": { ...rewrites.typeRewrite, findMeasured: measured.measuredRetype },
  "type-scan": rewrites.typeScan,
  "type-index-rebuild": rewrites.typeIndexRebuild,
  "default-rewrite": { ...rewrites.defaultRewrite, findMeasured: measured.measuredDefault },
  "generated-rewrite": { ...rewrites.generatedRewrite, findMeasured: measured.measuredGenerated },
  "serial-rewrite": { ...rewrites.serialRewrite, findMeasured: measured.measuredSerial },
  "identity-rewrite": { ...rewrites.identityRewrite, findMeasured: measured.measuredIdentity },
  "column-placed": rewrites.columnPlaced,
  "enum-replaced": rewrites.enumReplaced,
  "matview-refresh": measured.matviewRefreshed,
  "vacuum-full": measured.vacuumedFull,
  "index-blocks-writes": { ...builds.indexBlocksWrites, findMeasured: measured.measuredIndex },
  "foreign-key-scan": { ...scans.foreignKeyScan, findMeasured: measured.measuredForeignKey },
  "foreign-key-without-index": builds.foreignKeyWithoutIndex,
  "rows-in-the-way": notes.rowsInTheWay,
  "rename-column": { ...oldCode.columnRenamed, findMeasured: measured.measuredColumnRename },
  "rename-table": { ...oldCode.tableRenamed, findMeasured: measured.measuredTableRename },
  "rename-schema": oldCode.schemaRenamed,
  "required-for-old-code": oldCode.requiredForOldCode,
  "gone-for-old-code": oldCode.goneForOldCode,
  "enum-value-unknown-to-old-code": oldCode.enumValueUnknownToOldCode,
  "validate-in-same-transaction": transactions.validateInSameTransaction,
  "many-exclusive-locks": transactions.manyExclusiveLocks,
  "work-after-exclusive-lock": transactions.workAfterExclusiveLock,
  "update-without-batches": { ...transactions.updateWithoutBatches, findMeasured: measured.measuredUpdate },
  "unqualified-function": unqualifiedFunction,
  "enum-value-stays": notes.enumValueStays,
  "downgrade-loses": notes.downgradeLoses,
  "unknown-sql": notes.unknownSql,
  "unused-acceptance": notes.unusedAcceptance,
};
