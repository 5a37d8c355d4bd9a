/** Runs a command to whom the mode of a file means what it says: to root it means nothing, unless it gives that right up. */
export const WITH_MODES: readonly string[] =
  process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
