// Reading from sockets and terminals past the machinery of streams, where a single key would spend most of its time.
import { type OnReadOpts, Socket } from 'node:net';

const bufferLength = 64 * 1024;
/** Up to here a chunk is copied out of the buffer; a longer one takes the buffer with it. */
const longestCopy = 8 * 1024;
/** Up to here a loop is faster, since it touches next to no code: after a pause none is in the caches. */
const longestLoop = 64;

/**
 * The option `onread` of a `net.Socket` or `tty.ReadStream`. What is read goes to `take`, to keep; there
 * are no `data` events then, but the stream pauses, resumes, ends and fails as ever.
 */
export function readingTo(take: (bytes: Buffer) => void): OnReadOpts {
  let buffer = Buffer.allocUnsafeSlow(bufferLength);
  return {
    buffer: () => buffer,
    callback(length) {
      const full = buffer;
      if (length <= longestCopy) return give(copyOf(full, length));
      buffer = Buffer.allocUnsafeSlow(bufferLength);
      return give(full.subarray(0, length));
    },
  };
  function give(bytes: Buffer): true {
    take(bytes);
    return true;
  }
}

/**
 * Goes on with a stream that Node or a package has opened, and so without `onread`: gives the one to use
 * in its place. The two are destroyed and closed together.
 */
export function readDirectly(opened: Socket, take: (bytes: Buffer) => void): Socket {
  // Node hands sockets on to child processes in this way (`new net.Socket({handle})`), undocumented as it is.
  const inner = opened as unknown as { _handle: object | null };
  const handle = inner._handle;
  if (!handle) return opened.on('data', take);
  inner._handle = null;
  const socket = new Socket({ handle, onread: readingTo(take) } as object);
  const destroyOpened = opened.destroy.bind(opened);
  opened.destroy = (error) => {
    socket.destroy(error);
    return opened;
  };
  return socket.once('close', () => destroyOpened());
}

function copyOf(buffer: Buffer, length: number): Buffer {
  const copy = Buffer.allocUnsafe(length);
  if (length > longestLoop) copy.set(buffer.subarray(0, length));
  else for (let at = 0; at < length; at += 1) copy[at] = buffer[at] ?? 0;
  return copy;
}
