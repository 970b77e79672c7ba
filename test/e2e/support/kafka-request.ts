/** Kafka's numbers of requests. */
const API_KEYS = {
  ListOffsets: 2,
  Metadata: 3,
  OffsetFetch: 9,
  FindCoordinator: 10,
  JoinGroup: 11,
  LeaveGroup: 13,
  SyncGroup: 14,
  InitProducerId: 22,
} as const;

export type KafkaRequest = keyof typeof API_KEYS;

/** Tells pieces of a connection that begin with this request of this client: size, API key, version, correlation id, client id. */
export function isRequest(request: KafkaRequest, clientId: string): (piece: Buffer) => boolean {
  return (piece) =>
    piece.length > 14 + clientId.length &&
    piece.readInt16BE(4) === API_KEYS[request] &&
    piece.toString('utf8', 14, 14 + piece.readInt16BE(12)) === clientId;
}
