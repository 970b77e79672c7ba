import { api } from './api.js';
import { byId, h, message, show } from './dom.js';
import { errorText } from './feed.js';
import { t } from './i18n.js';
import { classMark, coded, enterpriseLink, manualBadge, schemeTag } from './parts.js';

/** Results for the beginning of a code or a name. */
export function createSearch({ onSynthetic }) {
  const host = byId('results-body');
  let query;
  let found;
  let failure;

  async function open(next) {
    query = next;
    found = undefined;
    failure = undefined;
    byId('search-text').value = next;
    draw();
    try {
      const { enterprises } = await api.search(next);
      if (query !== next) return;
      found = enterprises;
      if (found.some(({ synthetic }) => synthetic)) onSynthetic();
    } catch (error) {
      if (query !== next) return;
      failure = error;
    }
    draw();
  }

  function draw() {
    if (query === undefined) return;
    if (failure) {
      const retry = () => open(query);
      return show(host, message(errorText(failure), { error: true, retry, retryText: t('retry') }));
    }
    if (found === undefined) return show(host, message(t('loading')));
    if (found.length === 0) return show(host, message(t('resultsEmpty', { query })));
    show(
      host,
      h('ul', { class: 'plain-list results' }, found.map(result)),
      found.length === 20 ? h('p', { class: 'muted' }, t('resultsMore', { count: found.length })) : null,
    );
  }

  return {
    open,
    draw,
    close() {
      query = undefined;
    },
  };
}

function result(enterprise) {
  return h(
    'li',
    {},
    h('div', {}, enterpriseLink(enterprise), h('div', { class: 'muted code' }, enterprise.subject.value)),
    h(
      'ul',
      { class: 'plain-list classes' },
      enterprise.classes.map((stored) =>
        h(
          'li',
          {},
          stored.riskClass ? classMark(stored.riskClass) : '–',
          stored.overrideFactId === null ? null : manualBadge(),
          schemeTag(stored),
        ),
      ),
    ),
    h('span', { class: 'muted' }, coded(enterprise.town)),
  );
}
