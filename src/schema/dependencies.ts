/*
 * What depends on what in a live database, and what its objects have that models cannot declare. It is read together
 * with the schema. All names are those of the live database, written as `Schema` writes them.
 */

/** Something that another object needs. */
export type Use = RelationUse | TypeUse | FunctionUse;

/** A table, view, materialized view or sequence, or a part of one. Without `column` and `key` all of it is used. */
export interface RelationUse {
  readonly relation: string;
  readonly column?: string;
  /** A primary key, unique constraint or unique index: of foreign keys, and of views that group by a primary key. */
  readonly key?: string;
}

/** An enum type, domain or composite type. The row type of a table counts as the table. */
export interface TypeUse {
  readonly type: string;
}

/** A function, with the types of its arguments: `slug_of(integer)`. An operator or operator class, as PostgreSQL names it. */
export interface FunctionUse {
  readonly function: string;
}

/** What PostgreSQL calls an object of a rare kind: `operator`, `operator class`, `event trigger`. */
export type OtherKind = string & {};

/** An object that uses others. Views are among them whether a model declares them or not. */
export interface Dependent {
  readonly kind:
    | "view"
    | "materialized view"
    | "rule"
    | "policy"
    | "trigger"
    | "function"
    | "index"
    | "sequence"
    | "statistics"
    | "publication"
    | "domain"
    | "composite type"
    | "range type"
    | "cast"
    | "table"
    | "partition"
    | "column"
    | "default"
    | "foreign key"
    | "check constraint"
    | "exclusion constraint"
    | "unique constraint"
    | "primary key"
    | OtherKind;
  /** Of a function, with the types of its arguments. */
  readonly name: string;
  /** The table or view of what belongs to one. It is not among `uses`. */
  readonly table?: string;
  readonly uses: readonly Use[];
  /** The types of its columns, of a materialized view: it holds their values, rows among them. */
  readonly values?: readonly Use[];
  /** The statement that drops it. */
  readonly drop: string;
  /**
   * The statements that create it again, with its owner, grants, comment, options and state; none where PostgreSQL cannot
   * print one. They have the names of the live database in them, so they are no use once one of `uses`, or its table, has
   * another name.
   */
  readonly create: readonly string[];
  /** Statements that come after those of `create` and that only a superuser can run: no revision does. */
  readonly bySuperuser?: readonly string[];
  /** Its statements have names in them that a revision changes before: they cannot be used. */
  readonly hasOldNames?: true;
  /**
   * It cannot be created again after the upgrade: it names a value that an enum type loses, for example, or, on the way
   * back, its statements have names that the upgrade changed.
   */
  readonly isUncreatable?: true;
  /**
   * Its statements name the columns of a function's rows by their places, which change: they could be run, but would read other
   * columns. A note warns of that.
   */
  readonly readsByPlace?: true;
  /** Rows are lost with it, so it cannot be dropped for a moment: a table that inherits, a column of a table that is not ours. */
  readonly holdsData?: true;
  /** What a table has from a table that it inherits from, or from the type that it is of. */
  readonly bound?: Bound;
  /** What a table that inherits, or a partition, has itself. */
  readonly own?: OwnParts;
  /** Those of {@link bound} that get another name. */
  readonly renamedBound?: readonly string[];
  /** It has an expression of its own: extended statistics over one, a publication with a condition, a generated column. */
  readonly hasExpression?: true;
  /** PostgreSQL forgets some of what it has when it builds it again: a statistics target, or the owner of statistics. */
  readonly isForgotten?: true;
  /** The role of the connection may not drop it, create it again and give it to its owner: another role has to. */
  readonly isOfOthers?: true;
  /** A part of a table that it has from another one: as long as it inherits, the part changes together with that of the other. */
  readonly isInherited?: true;
}

/** The parts of a table that PostgreSQL changes only together with what the table has them from. */
export interface Bound {
  readonly columns: readonly string[];
  /** The columns whose NOT NULL it has from there: PostgreSQL knows it from 18 on. */
  readonly notNull: readonly string[];
  readonly checks: readonly string[];
}

/** What a table that inherits, or a partition, has besides what it has from other tables, or together with it. */
export interface OwnParts {
  readonly columns: readonly OwnColumn[];
  readonly constraints: readonly OwnConstraint[];
  /** PostgreSQL converts no values of a foreign table. */
  readonly isForeign?: true;
}

/** A column that a table has itself. */
export interface OwnColumn {
  readonly name: string;
  readonly type: string;
  readonly collation?: string;
  /** It also has the column from another table, and cannot rename it. */
  readonly isInherited?: true;
}

/** A constraint that a table has itself. */
export interface OwnConstraint {
  readonly name: string;
  /** Of a check that PostgreSQL can make one with that of another table. */
  readonly expression?: string;
  readonly isInherited?: true;
}

/** Something that models cannot declare. */
export interface Fact {
  /** What it is, in words: `owner`, `comment`, `privileges`. */
  readonly what: string;
  /** The column of a view that it is about: such a column is no item of its own. */
  readonly column?: string;
  /** The statement that gives it back, with marks for names that may change, see `kinds/facts.ts`. */
  readonly statement: string;
  /** Only a superuser can run the statement: no revision does. */
  readonly bySuperuser?: true;
  /** PostgreSQL refuses it after the upgrade: a default that names a removed value of an enum type, for example. */
  readonly isUncreatable?: true;
}

/** What a declared item has that models cannot declare. */
export interface ItemFacts {
  /**
   * The statement that creates the item, where its operation would leave something out: NOT VALID, INCLUDE, an operator
   * class. It has marks for its table and its own name, and the names of the live database for its columns.
   */
  readonly definition?: string;
  /** What is given back after it was created, in this order. */
  readonly facts: readonly Fact[];
}

/** By the key of an item, see `keyOfItem`. */
export type ByItemKey<Value> = ReadonlyMap<string, Value>;

/** The dependencies of a live database. */
export interface Dependencies {
  /** In the order in which they can be created: each comes after those that it uses. */
  readonly dependents: readonly Dependent[];
  /** What checks, exclusions, indexes, columns and foreign keys use, as far as their own lists of columns do not say it. */
  readonly uses: ByItemKey<readonly Use[]>;
  readonly facts: ByItemKey<ItemFacts>;
}

/** What happens to a dependent, or to a fact, in the course of a revision. */
export interface Note {
  /** The object in words: `view report`, `policy visible of purchase`. */
  readonly object: string;
  /**
   * The table of what belongs to one. A plan leaves it out: it reads the notes of a revision file, which has the table only
   * in `object`.
   */
  readonly table?: string;
  /**
   * `blocks`: PostgreSQL refuses the change while it is there. `lost`: it is dropped with what it uses, without a word.
   * `may fail`: PostgreSQL tries to build it again, and may refuse. `restored`: the revision drops and creates it.
   */
  readonly effect: "blocks" | "lost" | "may fail" | "restored";
  /** What of ours it uses that changes, in words: `purchase.state`. */
  readonly uses: readonly string[];
  /** Whole statements for a person to put into the revision. */
  readonly drop: readonly string[];
  readonly create: readonly string[];
  /** The statements of `create` can run as they are behind the change: all that they need is there again. */
  readonly isWhole?: true;
}
