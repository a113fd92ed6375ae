export type { Adopted, AdoptOptions } from "./adopt/adopt.ts";
export type { Squashed, SquashOptions } from "./adopt/squash.ts";
export type { BuildResult } from "./author/build.ts";
export type { Checked } from "./author/check.ts";
export type { GivenAnswers, Resolved } from "./author/given-answers.ts";
export { readOverlaps } from "./author/overlaps.ts";
export type { Rebased } from "./author/rebase.ts";
export { type Revised, type ReviseOptions, revise } from "./author/revise.ts";
export type { Stamped, StampOptions } from "./author/stamp.ts";
export { openTodos } from "./author/todos.ts";
export type { Accept, Unsure } from "./compare/accept.ts";
export { type CompareOptions, type Comparison, compare } from "./compare/compare.ts";
export { type Drift, readDrift } from "./compare/drift.ts";
export type { Dropped } from "./compare/dropped.ts";
export { type Config, defineConfig, type Limits, type UpgradeEvent, type UpgradeHook } from "./config.ts";
export type { Database, Row } from "./database.ts";
export type { Diagnosis } from "./doctor/doctor.ts";
export { ERROR_CODES, type ErrorCode, RemodelError } from "./errors.ts";
export type { FleetCheck } from "./fleet/check.ts";
export type { FleetSizes } from "./fleet/fleet-sizes.ts";
export type { TenantLine } from "./fleet/line.ts";
export { type Fleet, type FleetOptions, openFleet } from "./fleet/open.ts";
export type { PreflightReport } from "./fleet/preflight-fleet.ts";
export type { RunReport } from "./fleet/report.ts";
export { type FleetRunOptions, runFleet } from "./fleet/run-fleet.ts";
export type { FleetStatus } from "./fleet/status.ts";
export type { Tenant } from "./fleet/tenant.ts";
export { type TenantRunOptions, upgradeTenant } from "./fleet/upgrade-tenant.ts";
export type {
  FleetConfig,
  TenantRecord,
  TenantRecords,
  TenantSource,
  TenantUrl,
  WaveConfig,
} from "./fleet-config.ts";
export type { Revision } from "./history/revision.ts";
export { phraseQuestion } from "./kinds/question-text.ts";
export {
  createTenantAt as createTenant,
  type FleetStamp,
  fleetCheckOf as fleetCheck,
  fleetPreflightOf as fleetPreflight,
  fleetSizesOf as fleetSizes,
  fleetStampOf as fleetStamp,
  fleetStatusOf as fleetStatus,
} from "./library/fleet.ts";
export {
  checkAt as check,
  diffAt as diff,
  downgradeAt as downgrade,
  listHeads as heads,
  listPendingRevisions as pendingRevisions,
  listTodos as todos,
  type Merged,
  type ModelDifference,
  mergeAt as merge,
  planAt as plan,
  readCurrent as current,
  readHistory as history,
  resolveAt as resolve,
  scriptAt as script,
  stampAt as stamp,
  upgradeAt as upgrade,
  writeRevisionAt as revision,
} from "./library/functions.ts";
export { isDatabaseAtHead as isAtHead } from "./library/lack.ts";
export type { ProjectPlace, RemodelOptions } from "./library/place.ts";
export {
  type BranchPoint,
  buildAt as build,
  compareWithHead as dev,
  diagnoseAt as doctor,
  listBranches as branches,
  readSizes as sizes,
  rebaseAt as rebase,
  type ShownRevision,
  showAt as show,
} from "./library/project.ts";
export { adoptAt as adopt, reviewAt as review, squashAt as squash, verifyAt as verify } from "./library/proofs.ts";
export type { MadeReview, ReviewOptions } from "./library/review.ts";
export { type MigrationEntry, type QueryRunnerSource, runTypeormMigrations } from "./load/typeorm-runner.ts";
export type { Operations } from "./revision/op.ts";
export type { AppliedRevision, Progress } from "./run/context.ts";
export { dryRun } from "./run/dry-run.ts";
export { offlineSql } from "./run/offline.ts";
export { type ProbeOptions, type ProbeResult, probeRevisions } from "./run/probe-revisions.ts";
export type { RunOptions, RunResult } from "./run/run.ts";
export type { Change, Hazard, Lock, Operation, OperationTarget } from "./schema/operation.ts";
export type { Question } from "./schema/question.ts";
export type * from "./schema/schema.ts";
export type { Proof } from "./shadow/proof.ts";
export type { Verified, VerifyOptions } from "./shadow/verify.ts";
export type { LockHolder } from "./state/lock.ts";
export { openProject, type ProjectFiles, type ProjectOptions } from "./state/project-files.ts";
export { type DatabaseOptions, openSession, type Session, type SessionOptions } from "./state/session.ts";
export { readSyncStatus } from "./state/sync-status.ts";
