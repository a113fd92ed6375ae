import type { JsonSchema } from "./json-schema.ts";

const text = { type: "string" };
const object = (required: readonly string[], properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: "object",
  required,
  properties,
});
const list = (items: JsonSchema): JsonSchema => ({ type: "array", items });

/** §3.12: a message for people. */
const message = object(["text"], { text });

/** §3.49: a rule. */
const rule = object(["id"], { id: text, shortDescription: message, fullDescription: message, help: message });

/** §3.4 and §3.30: a file as a URI relative to a base, and a line in it, counted from 1. */
const location = object([], {
  physicalLocation: object(["artifactLocation"], {
    artifactLocation: object(["uri"], {
      uri: { type: "string", pattern: "^(?![a-zA-Z][a-zA-Z0-9+.-]*:|/)(?:[\\w.~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+$" },
      uriBaseId: text,
    }),
    region: object(["startLine"], { startLine: { type: "integer", minimum: 1 } }),
  }),
});

/** §3.35: a finding that somebody accepted. */
const suppression = object(["kind"], {
  kind: { enum: ["inSource", "external"] },
  status: { enum: ["accepted", "underReview", "rejected"] },
  justification: text,
});

/** §3.27: a finding. */
const result = object(["message", "ruleId", "ruleIndex", "level", "locations", "partialFingerprints"], {
  ruleId: text,
  ruleIndex: { type: "integer", minimum: 0 },
  level: { enum: ["none", "note", "warning", "error"] },
  message,
  locations: list(location),
  partialFingerprints: { type: "object", additionalProperties: text },
  suppressions: { ...list(suppression), uniqueItems: true },
});

/**
 * What a review may write of SARIF, after the sections of the specification: OASIS SARIF 2.1.0 plus errata 01,
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. Keys of it that a review does not write are refused.
 */
export const SARIF_SCHEMA: JsonSchema = object(["version", "runs"], {
  $schema: text,
  version: { const: "2.1.0" },
  runs: list(
    object(["tool", "results"], {
      tool: object(["driver"], {
        driver: object(["name"], { name: text, informationUri: text, rules: { ...list(rule), uniqueItems: true } }),
      }),
      columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
      results: list(result),
    }),
  ),
});
