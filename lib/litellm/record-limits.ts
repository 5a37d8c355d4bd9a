/**
 * Of one request, in dollars and in tokens: more is a mistake of whoever wrote the record. Below it, sums of any number of
 * records stay what a double and an integer of 64 bits hold.
 */
export const MOST_SPEND = 1e12;
export const MOST_TOKENS = 1e12;

/** The most, as messages say it. */
export const MOST_TEXT = "1,000,000,000,000";
