/** In printed SQL: a text or a name in quotes, or a key word, which PostgreSQL alone prints in capitals. */
const TOKEN =
  /"(?:[^"]|"")*"(?:\(\))?|\('now'::(?:text|cstring)\)(?=::(?:date|time))|'(?:[^']|'')*'|\b(?:CURRENT_(?:TIMESTAMP|DATE|TIME|ROLE|CATALOG|SCHEMA)|LOCALTIME(?:STAMP)?|USER|transaction_timestamp\(\))(?![\w"])(?:\((\d)\))?/g;

const WORDS: Readonly<Record<string, (precision: string) => string>> = {
  CURRENT_TIMESTAMP: (precision) => moment("timestamp", precision, " with time zone"),
  CURRENT_TIME: (precision) => moment("time", precision, " with time zone"),
  LOCALTIMESTAMP: (precision) => moment("timestamp", precision, " without time zone"),
  LOCALTIME: (precision) => moment("time", precision, " without time zone"),
  CURRENT_DATE: () => "(now())::date",
  CURRENT_ROLE: () => "CURRENT_USER",
  USER: () => "CURRENT_USER",
  '"current_user"()': () => "CURRENT_USER",
  '"session_user"()': () => "SESSION_USER",
  CURRENT_CATALOG: () => "current_database()",
  CURRENT_SCHEMA: () => '"current_schema"()',
  "transaction_timestamp()": () => "now()",
  "('now'::text)": () => "(now())",
  "('now'::cstring)": () => "(now())",
};

/**
 * Writes each value that SQL has several words for with one of them. The start of the transaction is `now()`, also where
 * the text `'now'` is cast to a date or a time.
 * @param printed an expression or a query as PostgreSQL prints it
 */
export function unifyWords(printed: string): string {
  return printed
    .replace(TOKEN, (token, precision: string | undefined) => {
      const word = precision === undefined ? token : token.slice(0, token.indexOf("("));
      return WORDS[word]?.(precision === undefined ? "" : `(${precision})`) ?? token;
    })
    .replaceAll("(now())::timestamp with time zone", "now()");
}

function moment(type: string, precision: string, zone: string): string {
  return `(now())::${type}${precision}${zone}`;
}
