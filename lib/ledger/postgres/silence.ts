/** What tells a server that computes for long from one that is gone although its connection stays open. */
type Listening = {
  /** When something last came over the connection, as `performance.now()` has it. */
  readonly heardAt: () => number;
  /** After so much silence a new connection is tried. */
  readonly silenceMs: number;
  /** No statement runs longer: after so much silence none can be running. */
  readonly longestMs: number;
  /** Whether a new connection to the same server is answered. */
  readonly isAnswering: () => Promise<boolean>;
};

/**
 * Waits for work over a connection as long as there is somebody at its other end: a long statement sends nothing until it
 * has its first row, but then a new connection is answered. @throws what the work throws, and an error of a connection
 */
export async function unlessSilent<Value>(work: Promise<Value>, listening: Listening): Promise<Value> {
  const { heardAt, silenceMs, longestMs, isAnswering } = listening;
  const silence = Promise.withResolvers<never>();
  let isAsking = false;
  const look = async (): Promise<void> => {
    const heard = heardAt();
    const silentMs = performance.now() - heard;
    if (isAsking || silentMs < silenceMs) return;
    isAsking = true;
    const isThere = await isAnswering();
    isAsking = false;
    if ((isThere && silentMs < longestMs) || heardAt() !== heard) return;
    const tried = isThere ? "though a new one is answered" : "and a new one is not answered";
    const message = `nothing has come over an open connection for ${Math.round(silentMs / 1000)} s, ${tried}`;
    silence.reject(Object.assign(new Error(message), { code: "CONNECTION_CLOSED" }));
  };
  const timer = setInterval(() => look().catch(silence.reject), silenceMs / 2);
  try {
    return await Promise.race([work, silence.promise]);
  } finally {
    clearInterval(timer);
  }
}
