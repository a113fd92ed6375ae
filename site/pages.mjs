// The pages of the site, in the order of its sidebar. A test holds that every page of docs/ is here once.

/** Groups of pages: the path of each page from the root of the repository, and what the sidebar calls it. */
export const GROUPS = [
  {
    name: "Start",
    pages: {
      "README.md": "Why remodel",
      "docs/tutorial.md": "Tutorial: a chain of malls",
      "docs/adopt.md": "Adopt a database",
    },
  },
  {
    name: "Change the models",
    pages: {
      "docs/rename.md": "Rename",
      "docs/split-column.md": "Split a column",
      "docs/int-to-uuid.md": "Integer keys to uuids",
      "docs/enum-values.md": "Enum values",
      "docs/large-tables.md": "Large tables",
      "docs/two-branches.md": "Two branches",
    },
  },
  {
    name: "Before it runs",
    pages: { "docs/review.md": "Review", "docs/verify.md": "Verify", "docs/ci.md": "In CI" },
  },
  {
    name: "In production",
    pages: {
      "docs/production.md": "Docker and Kubernetes",
      "docs/from-code.md": "From code",
      "docs/nest.md": "With NestJS",
      "docs/poolers.md": "Behind a pooler",
      "docs/tables-and-rights.md": "Tables and least rights",
    },
  },
  {
    name: "Many databases",
    pages: {
      "docs/fleet.md": "A fleet",
      "docs/fleet-release.md": "A release night",
      "docs/fleet-size.md": "How large a fleet",
    },
  },
  {
    name: "Reference",
    pages: {
      "docs/command-line.md": "Command line",
      "docs/operations.md": "Operations",
      "docs/configuration.md": "Configuration",
      "docs/rules.md": "Rules of the review",
      "docs/errors.md": "Errors",
      "docs/json.md": "JSON",
      "docs/library.md": "Library",
      "COVERAGE.md": "What is compared",
      "GLOSSARY.md": "Words",
      "CHANGELOG.md": "Changes",
    },
  },
  {
    name: "Coming from",
    pages: {
      "docs/from-typeorm.md": "TypeORM's migrations",
      "docs/from-alembic.md": "Alembic",
      "docs/from-prisma.md": "Prisma",
      "docs/from-atlas.md": "Atlas",
    },
  },
];

/** Groups whose pages are looked up, not followed. */
const LOOKED_UP = ["Reference"];
/** Pages that lead through an example, or say what was measured. */
const OTHERS = ["README.md", "docs/tutorial.md", "docs/fleet-size.md"];

/** The pages that follow the pattern: what you want, what to type, what you see, what to do when it fails. */
export const HOW_TO = GROUPS.filter(({ name }) => !LOOKED_UP.includes(name))
  .flatMap(({ pages }) => Object.keys(pages))
  .filter((page) => !OTHERS.includes(page));

/** Every page, by its path from the root of the repository. */
export const PAGES = GROUPS.flatMap(({ pages }) => Object.keys(pages));
