import { ClickHouseError } from '@clickhouse/client';
import { classifyFailure, WarehouseError } from './warehouse-error.ts';

const server = (code: string): Error => new ClickHouseError({ message: 'text', code, type: 'TYPE' });
const socket = (code: string): Error => Object.assign(new Error('text'), { code });

describe('the kind of a failure', () => {
  it.each(['159', '202', '241', '243', '252', '210', '236'])('is transient for server code %s', (code) => {
    expect(classifyFailure(server(code))).toBe('transient');
  });

  it.each(['60', '27', '53', '497', '516', '62', '70'])('is permanent for server code %s', (code) => {
    expect(classifyFailure(server(code))).toBe('permanent');
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'])('is transient when the socket says %s', (code) => {
    expect(classifyFailure(socket(code))).toBe('transient');
  });

  it('is transient for an answer that is not from ClickHouse, such as a gateway page', () => {
    expect(classifyFailure(new Error('<html>502 Bad Gateway</html>'))).toBe('transient');
  });

  it('is permanent for a fault of our own', () => {
    expect(classifyFailure(new TypeError('x is not a function'))).toBe('permanent');
    expect(classifyFailure(socket('ERR_INVALID_ARG_TYPE'))).toBe('permanent');
    expect(classifyFailure('not even an error')).toBe('permanent');
  });

  it('survives wrapping', () => {
    const wrapped = new WarehouseError('query', server('241'));
    expect([wrapped.kind, wrapped.code, classifyFailure(wrapped)]).toEqual(['transient', '241', 'transient']);
  });
});

describe('the message of a WarehouseError', () => {
  it('holds the operation and the code, and no data of the row that was refused', () => {
    const cause = new ClickHouseError({
      message: `Cannot parse input: expected ',' before: '"某某有限公司",1]': (at row 2)\n: \nRow 1:\nColumn 0, name: k`,
      code: '27',
      type: 'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
    });
    const error = new WarehouseError('insert into facts (2 rows)', cause);
    expect(error.message).toBe('insert into facts (2 rows) failed with 27: CANNOT_PARSE_INPUT_ASSERTION_FAILED');
    expect(error.cause).toBeUndefined();
  });
});
