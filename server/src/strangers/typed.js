// Keeps what is typed over a reload of the page, which empties every form: on a phone, a finger that pulls a little too far is enough. It is
// put back where the page was loaded by a reload of the same address. What somebody else has changed meanwhile is not undone unseen, and what
// was typed is not lost: the page tells both, as it does after a send, with what the server has put into its templates for that. Every
// other way to a page has it forgotten: nobody finds in a library what somebody else typed there. Nothing is kept of what is hidden, but
// since when the form lies open.
(function () {
  'use strict';
  var KEY = 'borsklokka.typed';

  /** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

  /**
   * The fields that people fill in. One that is hidden holds what the page needs, or is there for programs.
   * @returns {Field[]}
   */
  function fields() {
    var all = /** @type {NodeListOf<Field>} */ (document.querySelectorAll('input, textarea, select'));
    return Array.prototype.filter.call(all, function (/** @type {Field} */ field) {
      return field.type !== 'hidden' && !field.closest('[aria-hidden="true"]');
    });
  }

  /**
   * @param {Field} field
   * @returns {field is HTMLInputElement}
   */
  function isTicked(field) {
    return field.type === 'checkbox' || field.type === 'radio';
  }

  /**
   * By what a field is known, on the same page loaded anew.
   * @param {Field} field
   */
  function nameOf(field) {
    return isTicked(field) ? [field.name, field.value].join('=') : field.name;
  }

  /**
   * What a field says.
   * @param {Field} field
   */
  function says(field) {
    return isTicked(field) ? field.checked : field.value;
  }

  /**
   * What a field said when the page came.
   * @param {Field} field
   */
  function said(field) {
    if (isTicked(field)) return field.defaultChecked;
    if (!(field instanceof HTMLSelectElement)) return field.defaultValue;
    var chosen = field.querySelector('option[selected]') || field.querySelector('option');
    return chosen ? /** @type {HTMLOptionElement} */ (chosen).value : '';
  }

  /**
   * Whether a choice can be made: what could be chosen may have changed since.
   * @param {HTMLSelectElement} field
   * @param {string} value
   */
  function hasOption(field, value) {
    return Array.prototype.some.call(field.options, function (/** @type {HTMLOptionElement} */ option) {
      return option.value === value;
    });
  }

  /**
   * The part of a form that a field is of: it is changed as a whole, whoever changes the others.
   * @param {Field} field
   * @returns {Element}
   */
  function partOf(field) {
    return field.closest('.choice, .line') || field.closest('.field') || field;
  }

  /**
   * Has a field say something, if it can: what could be chosen may have changed since.
   * @param {Field} field
   * @param {string | boolean} text
   */
  function write(field, text) {
    if (isTicked(field)) field.checked = Boolean(text);
    else if (!(field instanceof HTMLSelectElement) || hasOption(field, String(text))) field.value = String(text);
  }

  /** Where the form says when it was shown. */
  function shownAt() {
    return /** @type {HTMLInputElement | null} */ (document.querySelector('input[name="shown"]'));
  }

  function isReload() {
    var entries = window.performance && performance.getEntriesByType ? performance.getEntriesByType('navigation') : [];
    var entry = /** @type {PerformanceNavigationTiming | undefined} */ (entries[0]);
    return Boolean(entry) && entry.type === 'reload';
  }

  /** @typedef {Record<string, [string | boolean, string | boolean]>} Typed What fields said when it was typed, and when the page went. */
  /** @typedef {{ at: string, shown: string, typed: Typed }} Kept */

  /**
   * What fields said when it was typed into them, where somebody else has changed them since.
   * @type {Record<string, string | boolean>}
   */
  var before = {};

  /**
   * Whether something was typed into a field that is not there any more.
   * @param {Typed} typed
   */
  function isAskedNoMore(typed) {
    var there = fields().map(nameOf);
    return Object.keys(typed).some(function (name) {
      return there.indexOf(name) < 0;
    });
  }

  /**
   * Puts what is in a template in its place.
   * @param {HTMLTemplateElement} template
   */
  function unpack(template) {
    template.parentNode.replaceChild(template.content, template);
  }

  /**
   * Shows what the page has for whoever has typed something that was changed meanwhile, and not what it has for everybody else. It is
   * told at the page's head, wherever the page was when it went.
   * @param {Typed} typed
   */
  function showMeanwhile(typed) {
    var templates = /** @type {NodeListOf<HTMLTemplateElement>} */ (document.querySelectorAll('template[data-meanwhile]'));
    for (var i = 0; i < templates.length; i++) unpack(templates[i]);
    var others = document.querySelectorAll('[data-otherwise]');
    for (i = 0; i < others.length; i++) others[i].parentNode.removeChild(others[i]);
    // What can be typed no more is shown, to be copied.
    var rows = document.querySelectorAll('[data-says]');
    for (i = 0; i < rows.length; i++) {
      var was = typed[rows[i].getAttribute('data-says')];
      if (!was || !was[1]) rows[i].parentNode.parentNode.removeChild(rows[i].parentNode);
      else if (was[1] !== true) rows[i].textContent = String(was[1]);
    }
    history.scrollRestoration = 'manual';
    window.scrollTo(0, 0);
  }

  /**
   * Tells at a part what stands in it now.
   * @param {Element} part
   */
  function tell(part) {
    var template = part.querySelector('template');
    if (!template) return;
    var id = template.content.firstElementChild.id;
    var about = part.querySelector('textarea, input:not([type="radio"])') || part;
    var told = about.getAttribute('aria-describedby');
    about.setAttribute('aria-describedby', told ? [told, id].join(' ') : id);
    if (about !== part) about.setAttribute('aria-invalid', 'true');
    unpack(template);
  }

  /**
   * Puts back what was typed. Of what somebody else has changed meanwhile the page tells what stands, beside it.
   * @param {Kept} kept
   */
  function putBack(kept) {
    var typed = kept.typed;
    if (isAskedNoMore(typed)) showMeanwhile(typed);
    var there = fields();
    /** @type {Element[]} */
    var changed = [];
    for (var i = 0; i < there.length; i++) {
      var was = typed[nameOf(there[i])];
      if (was && said(there[i]) !== was[0]) changed.push(partOf(there[i]));
    }
    for (i = 0; i < there.length; i++) {
      var field = there[i];
      var part = partOf(field);
      var isChanged = changed.indexOf(part) >= 0;
      was = typed[nameOf(field)];
      if (!was) continue;
      if (isChanged) before[nameOf(field)] = was[0];
      // Some browsers have put it back themselves.
      if (says(field) === said(field)) write(field, was[1]);
      // What the others wrote too, they agree on.
      if (says(field) === said(field)) continue;
      if (isChanged) {
        tell(part);
        showMeanwhile(typed);
      }
      var folded = field.closest('details');
      if (folded) folded.open = true;
      // What was saved before is no news over what is not.
      var saved = document.querySelector('[data-saved]');
      if (saved) saved.remove();
    }
    // Whoever loads a form anew has had it all the time.
    var shown = shownAt();
    if (shown && kept.shown && Number(kept.shown) < Number(shown.value)) shown.value = kept.shown;
  }

  function keep() {
    var there = fields();
    // A page that only says why there is no form: what was typed before is put back when there is one again.
    if (there.length === 0) return;
    /** @type {Element[]} */
    var parts = [];
    for (var i = 0; i < there.length; i++) {
      if (says(there[i]) !== said(there[i])) parts.push(partOf(there[i]));
    }
    /** @type {Typed} */
    var typed = {};
    for (i = 0; i < there.length; i++) {
      var field = there[i];
      var name = nameOf(field);
      if (parts.indexOf(partOf(field)) < 0) continue;
      typed[name] = [before[name] === undefined ? said(field) : before[name], says(field)];
    }
    var shown = shownAt();
    sessionStorage.setItem(KEY, JSON.stringify({ at: location.href, shown: shown ? shown.value : '', typed: typed }));
  }

  // A browser that keeps nothing for pages works as one without scripts does.
  try {
    var isAgain = isReload();
    var text = sessionStorage.getItem(KEY);
    /** @type {Kept | null} */
    var kept = text ? JSON.parse(text) : null;
    if (isAgain && kept && kept.at === location.href) putBack(kept);
    if (!isAgain || fields().length > 0) sessionStorage.removeItem(KEY);
    window.addEventListener('pagehide', function () {
      try {
        keep();
      } catch (full) {}
    });
  } catch (refused) {}
})();
