import { protocol, type Decoder, type ProducerIdentity, type ProtocolRequest } from './kafkajs-cluster.ts';

/** A member of a consumer group in one generation of it: a coordinator refuses what is committed in the name of an older one. */
export interface GroupMember {
  readonly memberId: string;
  readonly generationId: number;
}

export interface PartitionOffset {
  readonly partition: number;
  /** The first offset that is not processed; -1 where nothing is committed. */
  readonly offset: number;
  readonly metadata: string | null;
}

const { Encoder, Decoder, createErrorFromCode } = protocol();
const UNKNOWN_LEADER_EPOCH = -1;

interface ErrorOfPartition {
  readonly errorCode: number;
}

/**
 * TxnOffsetCommit, version 3 (KIP-447; Kafka 2.5 or newer): offsets of one topic that are committed by a transaction, in the
 * name of a group's member. Refused with ILLEGAL_GENERATION or UNKNOWN_MEMBER_ID when that is no longer in its group.
 */
export function txnOffsetCommit(
  producer: ProducerIdentity,
  group: { readonly groupId: string; readonly member: GroupMember },
  topic: string,
  partitions: readonly PartitionOffset[],
): ProtocolRequest<readonly ErrorOfPartition[]> {
  return {
    request: {
      apiKey: 28,
      apiVersion: 3,
      apiName: 'TxnOffsetCommit',
      encode: async () =>
        new Encoder()
          .writeUVarIntBytes()
          .writeUVarIntString(producer.transactionalId)
          .writeUVarIntString(group.groupId)
          .writeInt64(producer.producerId)
          .writeInt16(producer.producerEpoch)
          .writeInt32(group.member.generationId)
          .writeUVarIntString(group.member.memberId)
          .writeUVarIntString(null)
          .writeUVarIntArray([
            new Encoder()
              .writeUVarIntString(topic)
              .writeUVarIntArray(
                partitions.map(({ partition, offset, metadata }) =>
                  new Encoder()
                    .writeInt32(partition)
                    .writeInt64(offset)
                    .writeInt32(UNKNOWN_LEADER_EPOCH)
                    .writeUVarIntString(metadata)
                    .writeUVarIntBytes(),
                ),
              )
              .writeUVarIntBytes(),
          ])
          .writeUVarIntBytes(),
    },
    response: {
      async decode(bytes) {
        const decoder = answerIn(bytes);
        return partitionsIn(decoder, (each) => {
          each.readInt32();
          return { errorCode: each.readInt16() };
        });
      },
      parse: async (answer) => refuseErrors(answer),
    },
  };
}

/**
 * OffsetFetch, version 7, of a topic's partitions, by which only what is final is answered: UNSTABLE_OFFSET_COMMIT while a
 * transaction that commits an offset of one of them is open.
 */
export function stableOffsetFetch(
  groupId: string,
  topic: string,
  partitions: readonly number[],
): ProtocolRequest<readonly (PartitionOffset & ErrorOfPartition)[]> {
  return {
    request: {
      apiKey: 9,
      apiVersion: 7,
      apiName: 'OffsetFetch',
      encode: async () =>
        new Encoder()
          .writeUVarIntBytes()
          .writeUVarIntString(groupId)
          .writeUVarIntArray([
            new Encoder()
              .writeUVarIntString(topic)
              .writeUVarIntArray(partitions.map((partition) => new Encoder().writeInt32(partition)))
              .writeUVarIntBytes(),
          ])
          .writeBoolean(true)
          .writeUVarIntBytes(),
    },
    response: {
      async decode(bytes) {
        const decoder = answerIn(bytes);
        const offsets = partitionsIn(decoder, (each) => {
          const partition = each.readInt32();
          const offset = Number(each.readInt64().toString());
          each.readInt32();
          const metadata = each.readUVarIntString();
          return { partition, offset, metadata, errorCode: each.readInt16() };
        });
        refuseErrors([{ errorCode: decoder.readInt16() }]);
        return offsets;
      },
      parse: async (answer) => refuseErrors(answer),
    },
  };
}

/** Behind the header's tagged fields and the time for which a client is throttled. */
function answerIn(bytes: Buffer): Decoder {
  const decoder = new Decoder(bytes);
  decoder.readTaggedFields();
  decoder.readInt32();
  return decoder;
}

/** The partitions of all topics of an answer. */
function partitionsIn<T>(decoder: Decoder, read: (decoder: Decoder) => T): readonly T[] {
  const topics = decoder.readUVarIntArray((topic) => {
    topic.readUVarIntString();
    const partitions = topic.readUVarIntArray((partition) => {
      const value = read(partition);
      partition.readTaggedFields();
      return value;
    });
    topic.readTaggedFields();
    return partitions ?? [];
  });
  return topics?.flat() ?? [];
}

function refuseErrors<T extends ErrorOfPartition>(answers: readonly T[]): readonly T[] {
  const refused = answers.find(({ errorCode }) => errorCode !== 0);
  if (refused !== undefined) throw createErrorFromCode(refused.errorCode);
  return answers;
}
