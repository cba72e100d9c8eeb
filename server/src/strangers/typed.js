// Keeps what is typed over a reload of the page, which empties every form: on a phone, a finger that pulls a little too far is enough. It is
// put back where the page was loaded by a reload of the same address, into fields that say what they said when they were typed in. Every
// other way to a page has it forgotten: nobody finds in a library what somebody else typed there. Nothing is kept of what is hidden.
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

  /** What is kept, which is forgotten with this. */
  function take() {
    var kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return kept ? JSON.parse(kept) : null;
  }

  function isReload() {
    var entries = window.performance && performance.getEntriesByType ? performance.getEntriesByType('navigation') : [];
    var entry = /** @type {PerformanceNavigationTiming | undefined} */ (entries[0]);
    return Boolean(entry) && entry.type === 'reload';
  }

  /** @typedef {Record<string, [string | boolean, string | boolean]>} Typed What fields said when the page came, and when it went. */

  /**
   * Puts back what was typed. What somebody else has changed meanwhile is not undone unseen.
   * @param {Typed} typed
   */
  function putBack(typed) {
    var there = fields();
    for (var i = 0; i < there.length; i++) {
      var field = there[i];
      var was = typed[nameOf(field)];
      if (!was || said(field) !== was[0] || says(field) !== was[0]) continue;
      if (isTicked(field)) field.checked = Boolean(was[1]);
      else if (!(field instanceof HTMLSelectElement) || hasOption(field, String(was[1]))) field.value = String(was[1]);
      var folded = field.closest('details');
      if (folded) folded.open = true;
      // What was saved before is no news over what is not.
      var saved = document.querySelector('[data-saved]');
      if (saved && says(field) !== was[0]) saved.remove();
    }
  }

  function keep() {
    var there = fields();
    // A page that only says why there is no form: what was typed before is put back when there is one again.
    if (there.length === 0) return;
    /** @type {Typed} */
    var typed = {};
    for (var i = 0; i < there.length; i++) {
      var field = there[i];
      if (says(field) !== said(field)) typed[nameOf(field)] = [said(field), says(field)];
    }
    sessionStorage.setItem(KEY, JSON.stringify({ at: location.href, typed: typed }));
  }

  // A browser that keeps nothing for pages works as one without scripts does.
  try {
    var isAgain = isReload();
    if (!isAgain || fields().length > 0) {
      var kept = take();
      if (isAgain && kept && kept.at === location.href) putBack(kept.typed);
    }
    window.addEventListener('pagehide', function () {
      try {
        keep();
      } catch (full) {}
    });
  } catch (refused) {}
})();
