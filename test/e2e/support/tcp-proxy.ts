import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A port in front of another one of the loopback, on which connections can be reset, refused and slowed down. */
export interface TcpProxy {
  readonly port: number;
  /** Resets every connection there is; new ones are taken. Answers how many there were. */
  reset(): number;
  /** Resets every connection, old and new, until `mend`. */
  cut(): void;
  /** Does it once, instead of passing it on, when a caller sends something like this. Forgotten by `mend`. */
  when(sends: (piece: Buffer) => boolean, then: () => void): void;
  /** Holds each piece of data back for so long, in both directions, one after the other, until `mend`. */
  slow(ms: number): void;
  /** Takes connections and data and passes nothing on: whoever asks waits, until `mend` resets what was held. */
  hold(): void;
  mend(): void;
  /** Resets every connection and takes no more. */
  close(): void;
}

export async function tcpProxyTo(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isCut = false;
  let isHolding = false;
  let delayMs = 0;
  let traps: { readonly sends: (piece: Buffer) => boolean; readonly then: () => void }[] = [];
  const springs = (piece: Buffer): boolean => {
    const trap = traps.find(({ sends }) => sends(piece));
    traps = traps.filter((other) => other !== trap);
    trap?.then();
    return trap !== undefined;
  };
  const held = (isCaller: boolean): Transform =>
    new Transform({
      transform(piece: Buffer, _, done) {
        if (isHolding || (isCaller && springs(piece))) return;
        if (delayMs === 0) done(null, piece);
        else setTimeout(() => done(null, piece), delayMs);
      },
    });
  const server = createServer((caller) => {
    caller.on('error', () => undefined);
    if (isCut) return void caller.resetAndDestroy();
    const called = createConnection({ port: targetPort, host: '127.0.0.1' });
    const pair = [caller, called] as const;
    pairs.add(pair);
    for (const [one, other] of [pair, [called, caller] as const]) {
      one.setNoDelay(true);
      one.pipe(held(one === caller)).pipe(other);
      one.on('error', () => undefined);
      one.once('close', () => {
        pairs.delete(pair);
        // A server that was killed resets its callers; one that closes has said all it had to say.
        if (one.errored !== null) other.resetAndDestroy();
        else other.end();
      });
    }
  });
  const reset = (): number => {
    const open = [...pairs];
    for (const pair of open) for (const socket of pair) socket.resetAndDestroy();
    return open.length;
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    reset,
    cut() {
      isCut = true;
      reset();
    },
    when: (sends, then) => void traps.push({ sends, then }),
    slow: (ms) => void (delayMs = ms),
    hold: () => void (isHolding = true),
    mend() {
      if (isHolding) reset();
      traps = [];
      isHolding = false;
      isCut = false;
      delayMs = 0;
    },
    close() {
      isCut = true;
      reset();
      server.close();
    },
  };
}
