/** Builds an element. Text always goes in as text, so nothing that was read from data can become markup. */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** The same for SVG: bars and scales are drawn with attributes, because the page allows no inline style. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ''));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Replaces what stands in an element. */
export function show(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
}

/** A line in the middle of a card: loading, empty, or an error with a way to try again. */
export function message(text, { error = false, retry, retryText } = {}) {
  return h(
    'div',
    { class: error ? 'message error' : 'message', role: error ? 'alert' : 'status' },
    h('p', {}, text),
    retry ? h('p', {}, h('button', { type: 'button', class: 'quiet', onclick: retry }, retryText)) : null,
  );
}
