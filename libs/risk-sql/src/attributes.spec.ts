import { readFileSync } from 'node:fs';
import { ATTRIBUTES, STORED_TYPE } from './attributes.ts';

describe('the typed columns of table facts', () => {
  it('hold every attribute that the model reads, in the type that the SQL expects', () => {
    const migration = readFileSync('deploy/clickhouse/migrations/0008_facts_for_the_model.sql', 'utf8');
    const [, parsed] = /'Tuple\((.*)\)'/.exec(migration) ?? [];
    expect(parsed).toBe([...ATTRIBUTES].map(([name, type]) => `${name} ${STORED_TYPE[type]}`).join(', '));
  });
});
