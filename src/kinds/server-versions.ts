/**
 * A condition about a column of the catalog that older servers do not have.
 * @param version `server_version_num` of the server
 * @param major the first major version with the column
 * @param condition the condition in SQL
 * @param before what is true of older servers
 */
export function sinceMajor(version: number, major: number, condition: string, before: boolean): string {
  return version >= major * 10_000 ? condition : String(before);
}
