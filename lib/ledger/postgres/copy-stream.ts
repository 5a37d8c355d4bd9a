import type { Readable } from "node:stream";
import type { CopyTap } from "./copy-tap.ts";

/** What the client's query is inside (postgres 3.4.9): `resolve` gets the stream the moment that the copy begins. */
type CopyQuery = {
  resolve(stream: Readable): void;
  readable(): Promise<unknown>;
};

/**
 * Gives every piece of a `COPY … TO STDOUT` to `onBytes` as it comes off the socket; ends with the copy. `tap` is that of
 * the connection; what does not come by it comes from the client.
 *
 * The client gives its stream away some turns after it was made: an error in the same packet would find no listener and
 * end the process. And a stream costs a round of events for each row. So its stream is caught where it is made, and
 * what is pushed into it goes straight on.
 */
export function drainCopy(query: object, tap: CopyTap, onBytes: (bytes: Uint8Array) => void): Promise<void> {
  const inside = query as CopyQuery; // Not in the package's types.
  const answer = inside.resolve;
  return new Promise((resolve, reject) => {
    let failure: unknown;
    const take = (bytes: Uint8Array): void => {
      // The rest is still read, so that the connection stays usable.
      if (failure !== undefined) return;
      try {
        onBytes(bytes);
      } catch (error) {
        failure = error;
      }
    };
    inside.resolve = (stream) => {
      inside.resolve = answer; // Called once more when the statement is complete.
      tap.sink = take;
      stream.on("error", (error) => {
        tap.sink = undefined;
        reject(error);
      });
      stream.push = (bytes: Uint8Array | null) => {
        if (bytes !== null) {
          tap.heardAt = performance.now();
          take(bytes);
          return true;
        }
        tap.sink = undefined;
        if (failure === undefined) resolve();
        else reject(failure);
        return true;
      };
      answer(stream);
    };
    inside.readable().catch(reject);
  });
}
