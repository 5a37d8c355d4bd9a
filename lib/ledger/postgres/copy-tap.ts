import { Socket } from "node:net";

/** PostgreSQL's message of a row of a copy (`CopyData`): a letter, the length of what follows, and the row. */
const COPY_DATA = 100;
const HEADER_BYTES = 5;
/** The whole answer to a client that asked whether it may encrypt: yes. */
const WILL_ENCRYPT = 83;

type Listener = (bytes: Buffer) => void;

/** Where a server listens. */
export type Place = { readonly path: string | undefined; readonly host: string; readonly port: number };

/**
 * Takes the rows of a copy off a connection before the client sees them, many at once: the client would make several
 * objects of each. Where the connection is encrypted the client gets everything, and a copy comes from it row by row.
 */
export class CopyTap {
  /** Gets the bytes of the rows while it is set, and owns them until it returns. */
  sink: ((bytes: Uint8Array) => void) | undefined;
  /** When bytes last came, as `performance.now()` has it; where they are encrypted, when rows of a copy did. */
  heardAt = performance.now();
  #socket: Socket | undefined;

  /** A socket for the client that is connecting to a server: by its path, else by its host and port. */
  open({ path, host, port }: Place): Socket {
    const socket = new Socket();
    this.#socket = socket;
    const on = socket.on.bind(socket);
    let isReadable = true;
    const onEncryption = () => {
      isReadable = false;
    };
    // `Socket` has many kinds of listeners, of which only this one is changed.
    socket.on = ((event: string, listener: Listener) => {
      const isTapped = event === "data" && isReadable;
      return on(event, isTapped ? this.listener(listener, onEncryption) : listener);
    }) as typeof socket.on;
    if (path !== undefined) return socket.connect(path);
    socket.connect(port, host);
    // Errors of the client name these.
    return Object.assign(socket, { host, port });
  }

  /** Closes the connection without a word. */
  close(): void {
    this.#socket?.destroy();
  }

  /** What hears of bytes in place of the client, and passes on what is no row, in its order and never later than it came. */
  listener(pass: Listener, onEncryption = () => {}): Listener {
    let length = 0;
    let headerBytes = 0;
    /** Bytes of the message that are still to come. */
    let left = 0;
    let isTaken = false;
    let isFirst = true;
    return (bytes) => {
      if (isFirst && bytes.length === 1 && bytes[0] === WILL_ENCRYPT) onEncryption();
      isFirst = false;
      this.heardAt = performance.now();
      let passFrom = -1;
      let rowsFrom = -1;
      let rowsTo = 0;
      const passOn = (to: number): void => {
        if (passFrom !== -1) pass(bytes.subarray(passFrom, to));
        passFrom = -1;
      };
      const giveRows = (): void => {
        if (rowsFrom !== -1) this.sink?.(bytes.subarray(rowsFrom, rowsTo));
        rowsFrom = -1;
      };
      for (let at = 0; at < bytes.length; ) {
        if (left === 0) {
          const byte = bytes[at] ?? 0;
          if (headerBytes === 0) {
            // What comes before a row may be what makes somebody want it.
            if (byte === COPY_DATA) passOn(at);
            isTaken = byte === COPY_DATA && this.sink !== undefined;
            length = 0;
          } else length = (length << 8) | byte;
          headerBytes++;
          if (headerBytes === HEADER_BYTES) {
            headerBytes = 0;
            left = length - 4;
          }
          if (!isTaken) {
            giveRows();
            if (passFrom === -1) passFrom = at;
          }
          at++;
          continue;
        }
        const end = Math.min(bytes.length, at + left);
        if (isTaken) {
          // Rows are moved together, over the headers between them.
          if (rowsFrom === -1) rowsFrom = rowsTo = at;
          if (rowsTo !== at) bytes.copyWithin(rowsTo, at, end);
          rowsTo += end - at;
        } else if (passFrom === -1) passFrom = at;
        left -= end - at;
        at = end;
      }
      giveRows();
      passOn(bytes.length);
    };
  }
}
