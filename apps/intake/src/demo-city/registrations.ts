import { AUTHORITIES, CHANGE_KINDS } from './codes.ts';
import { dateText, type Day } from './calendar.ts';
import { addressOf, occurrences, type Enterprise, type Window } from './enterprises.ts';
import { legalRepresentativeKey } from './names.ts';
import { RATES } from './rates.ts';
import type { Recorder } from './recorder.ts';
import { TOWNS } from './towns.ts';

/** Registration (设立登记), changes (变更登记) and deregistration (注销登记) of an enterprise. */
export function registrations(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  const attributes = {
    name: enterprise.name,
    registeredAt: dateText(enterprise.registered),
    town: enterprise.town.code,
    industry: enterprise.industry.code,
    entityKind: enterprise.entityKind,
    status: 'ACTIVE',
    capitalFen: enterprise.capitalFen,
    address: enterprise.address,
    legalRepresentativeKey: enterprise.legalRepresentativeKey,
  };
  const number = enterprise.subject.value;
  const fact = {
    type: 'EnterpriseRegistered',
    factType: 'enterprise.registration',
    authority: AUTHORITIES.market,
    number,
  };
  recorder.fact(fact, 'REGISTER', enterprise.registered, attributes);
  changes(enterprise, window, recorder);
  if (enterprise.deregistered === null) return;
  recorder.fact(
    { type: 'EnterpriseDeregistered', factType: 'enterprise.deregistration', authority: AUTHORITIES.market, number },
    'REGISTER',
    enterprise.deregistered,
    { status: 'DEREGISTERED', reason: '决议解散' },
  );
}

/** Changes of address, legal representative and capital; each starts from what the one before left. */
function changes(enterprise: Enterprise, window: Window, recorder: Recorder): void {
  const random = enterprise.randomOf('changes');
  const from = Math.max(window.start, enterprise.registered + 30);
  let town = enterprise.town;
  let { address, capitalFen, legalRepresentativeKey: representative } = enterprise;
  occurrences(random, RATES.change, from, enterprise.deregistered ?? window.today).forEach((day, index) => {
    const kind = random.weighted(CHANGE_KINDS);
    const change = (before: object, after: object): void =>
      record(enterprise, recorder, { day, index, changeKind: kind.code, before, after });
    switch (kind.of) {
      case 'ADDRESS': {
        const next = random.chance(0.2) ? random.weighted(TOWNS) : town;
        const moved = addressOf(random, next);
        change({ address, town: town.code }, { address: moved, town: next.code });
        [town, address] = [next, moved];
        break;
      }
      case 'REPRESENTATIVE': {
        const next = legalRepresentativeKey(enterprise.index, index, day);
        change({ legalRepresentativeKey: representative }, { legalRepresentativeKey: next });
        representative = next;
        break;
      }
      case 'CAPITAL': {
        const next = Math.max(
          1_000_000,
          Math.round((capitalFen * random.pick([0.4, 0.8, 1.5, 2, 3])) / 1_000_000) * 1_000_000,
        );
        change({ capitalFen }, { capitalFen: next });
        capitalFen = next;
      }
    }
  });
}

function record(
  { subject }: Enterprise,
  recorder: Recorder,
  change: { day: Day; index: number; changeKind: string; before: object; after: object },
): void {
  const { day, index, changeKind, before, after } = change;
  const number = `${subject.value}-${dateText(day).replaceAll('-', '')}-${index + 1}`;
  const fact = { type: 'EnterpriseChanged', factType: 'enterprise.change', authority: AUTHORITIES.market, number };
  recorder.fact(fact, 'REGISTER', day, { changeKind, before, after });
}
