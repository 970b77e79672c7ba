import { z } from 'zod';
import { apiTokensEnv, EnvError, kafkaEnv, parseEnv, registryEnv } from '#libs/service';

const schema = z.object({ ...kafkaEnv, ...registryEnv });

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    parseEnv(schema, env);
  } catch (error) {
    if (error instanceof EnvError) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('names every faulty variable at once', () => {
    expect(faultsOf({ KAFKA_BROKERS: 'localhost', KAFKA_SSL: 'yes' })).toEqual([
      'KAFKA_BROKERS: expected host:port[,host:port]',
      'KAFKA_SSL: must be one of true, false',
      'SCHEMA_REGISTRY_URL: is not set; it has no default',
    ]);
  });

  it('refuses a broker at a port that there is not', () => {
    expect(faultsOf({ KAFKA_BROKERS: 'a:9092,b:65536', SCHEMA_REGISTRY_URL: 'http://localhost:8081' })).toEqual([
      'KAFKA_BROKERS: expected host:port[,host:port]',
    ]);
  });

  it('never prints a value', () => {
    const secret = 'hunter2-hunter2';
    const text = faultsOf({ KAFKA_BROKERS: secret, KAFKA_SASL_MECHANISM: secret, SCHEMA_REGISTRY_URL: secret }).join(
      '\n',
    );
    expect(text).toContain('KAFKA_SASL_MECHANISM');
    expect(text).not.toContain(secret);
  });

  it('treats an empty variable as one that is not set', () => {
    expect(faultsOf({ KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: 'http://localhost:8081' })).toEqual([
      'KAFKA_BROKERS: is not set; it has no default',
    ]);
  });

  it('splits brokers and tokens into lists', () => {
    const parsed = parseEnv(z.object({ ...kafkaEnv, ...apiTokensEnv }), {
      KAFKA_BROKERS: 'a:9092, b:9093',
      RISK_API_TOKENS: 'operator:0123456789abcdef01234567',
    });
    expect(parsed.KAFKA_BROKERS).toEqual(['a:9092', 'b:9093']);
    expect(parsed.RISK_API_TOKENS).toEqual([{ id: 'operator', secret: '0123456789abcdef01234567' }]);
  });

  it('refuses a short token secret', () => {
    expect(() => parseEnv(z.object(apiTokensEnv), { RISK_API_TOKENS: 'operator:short' })).toThrow(
      /at least 24 characters/,
    );
  });
});
