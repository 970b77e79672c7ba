import {
  KafkaJSConnectionError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
} from 'kafkajs';
import { isAway } from './broker-errors.ts';

const connection = (code?: string): Error => Object.assign(new KafkaJSConnectionError('Connection error'), { code });
const protocol = (type: string, retriable: boolean): Error =>
  Object.assign(new KafkaJSProtocolError(new Error(type)), { type, retriable });
/** kafkajs's types let nobody make one. */
const named = (name: string): Error => Object.assign(new KafkaJSNonRetriableError('refused'), { name });
const givenUpOn = (error: Error): Error =>
  Object.assign(new KafkaJSNumberOfRetriesExceeded(error, { retryCount: 20, retryTime: 1_000 }), { cause: error });

describe('brokers', () => {
  it.each([
    ['refuse the connection', connection('ECONNREFUSED')],
    ['reset it', connection('ECONNRESET')],
    ['are behind a name that is not known yet', connection('ENOTFOUND')],
    ['take no connection in time', connection()],
    ['do not answer a request in time', new KafkaJSRequestTimeoutError('Request timed out')],
    ['elect a leader', protocol('LEADER_NOT_AVAILABLE', true)],
    ['are too few in sync', protocol('NOT_ENOUGH_REPLICAS', true)],
    ['did any of it when all tries were used up', givenUpOn(connection('ECONNREFUSED'))],
  ])('are away when they %s', (_, error) => {
    expect(isAway(error)).toBe(true);
  });

  it.each([
    ['refuse a password', named('KafkaJSSASLAuthenticationError')],
    ['show a certificate that nobody signed', connection('DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['refuse a right', protocol('TOPIC_AUTHORIZATION_FAILED', false)],
    ['have no such topic', protocol('UNKNOWN_TOPIC_OR_PARTITION', true)],
    ['did that when kafkajs gave up', new KafkaJSNonRetriableError(protocol('CLUSTER_AUTHORIZATION_FAILED', false))],
    ['have nothing to do with it', new TypeError('x is not a function')],
  ])('are not away when they %s', (_, error) => {
    expect(isAway(error)).toBe(false);
  });
});
