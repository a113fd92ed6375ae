/** How much a finding matters. */
export type Level = "error" | "warning" | "info";
