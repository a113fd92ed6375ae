/**
 * The statement that drops a dependent where it is there, and else does nothing.
 * @param drop the statement that drops it
 */
export function dropIfExists(drop: string): string {
  if (drop.startsWith("ALTER PUBLICATION "))
    return `DO $do$ BEGIN ${drop}; EXCEPTION WHEN undefined_object THEN NULL; END $do$`;
  return drop.replace(/^DROP(?: (?!FOR )[A-Z]+)+(?= )|^ALTER TABLE .* DROP (?:CONSTRAINT|COLUMN)/, "$& IF EXISTS");
}
