import * as v from "valibot";

/** A name that may be NULL. */
export const name = v.nullable(v.string());

/** A sum of dollars. */
export const dollars = v.number();

/** A count of requests or tokens. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A row of one of LiteLLM's tables; which columns it has depends on LiteLLM's release. */
export const row = v.record(v.string(), v.unknown());

/** One page of rows. */
export const page = v.object({
  data: v.array(row),
  total: count,
  page: count,
  page_size: count,
  total_pages: count,
});

/** The body of every answer that is not 2xx. */
export const problem = v.object({ error: v.string(), hint: v.optional(v.string()) });
