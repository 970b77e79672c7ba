import type { Service } from './services.ts';
import { BEARER } from './system.ts';

/** Posts events that nobody has posted before; intake has to take each of them. */
export async function postEvents(intake: Service, events: readonly object[]): Promise<void> {
  const response = await fetch(`${intake.url}/v1/events`, {
    method: 'POST',
    headers: { ...BEARER, 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
  expect(await response.json()).toMatchObject({ accepted: events.length });
}
