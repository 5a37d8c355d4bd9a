import type { Readable } from "node:stream";

/** What the client's query is inside (postgres 3.4.9): `resolve` gets the stream the moment that the copy begins. */
interface CopyQuery {
  resolve(stream: Readable): void;
  readable(): Promise<unknown>;
}

/**
 * Gives every piece of a `COPY … TO STDOUT` to `onBytes` as it comes off the socket; ends with the copy.
 *
 * The client gives its stream away some turns after it was made: an error in the same packet would find no listener and
 * end the process. And a stream costs a round of events for each row. So its stream is caught where it is made, and
 * what is pushed into it goes straight on.
 */
export function drainCopy(query: object, onBytes: (bytes: Uint8Array) => void): Promise<void> {
  const inside = query as CopyQuery; // Not in the package's types.
  const answer = inside.resolve;
  return new Promise((resolve, reject) => {
    let failure: unknown;
    inside.resolve = (stream) => {
      inside.resolve = answer; // Called once more when the statement is complete.
      stream.on("error", reject);
      stream.push = (bytes: Uint8Array | null) => {
        if (bytes === null) {
          if (failure === undefined) resolve();
          else reject(failure);
        } else if (failure === undefined) {
          // The rest is still read, so that the connection stays usable.
          try {
            onBytes(bytes);
          } catch (error) {
            failure = error;
          }
        }
        return true;
      };
      answer(stream);
    };
    inside.readable().catch(reject);
  });
}
