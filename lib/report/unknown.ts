/** Stands where LiteLLM has not shown the metric, or where a share has no whole. */
export const UNKNOWN = "-";
