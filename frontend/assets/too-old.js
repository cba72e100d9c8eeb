// Says in a sentence that this browser cannot run the app, before it tries: a page that stays empty says nothing. Old browsers
// read this file too, so it is written as they were: a classic script, nothing newer than 2009. The sentences
// are in words/, with the versions of xtask/src/browsers.rs, which a house rule compares.
(function () {
  'use strict';
  // `cargo xtask frontend` puts the sentences here, by language: `too_old` of words/*/page.toml.
  var SAYS = {};
  var said = false;

  function sentence(language) {
    var line = document.createElement('p');
    line.lang = language;
    line.style.margin = '0 auto 1em';
    line.style.maxWidth = '34em';
    line.appendChild(document.createTextNode(SAYS[language]));
    return line;
  }

  function say() {
    if (said) return;
    said = true;
    var box = document.createElement('div');
    box.id = 'too-old';
    box.setAttribute('role', 'alert');
    box.style.cssText =
      'position:fixed;top:0;right:0;bottom:0;left:0;z-index:99;overflow:auto;padding:2em;background:#faf7f0;color:#14181f;' +
      'font:600 1.25em/1.4 sans-serif;text-align:center';
    for (var language in SAYS) {
      box.appendChild(sentence(language));
    }
    document.body.appendChild(box);
  }

  function tell() {
    if (document.body) say();
    else document.addEventListener('DOMContentLoaded', say);
  }

  function has(test) {
    try {
      return !!test();
    } catch (error) {
      return false;
    }
  }

  // A module with a table of references, a bulk copy of memory and a function of two results.
  var MODULE = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 10, 2, 96, 0, 2, 127, 127, 96, 1, 111, 0, 3, 3, 2, 0, 1, 4, 4, 1, 111, 0, 1, 5, 3, 1, 0, 1,
    10, 27, 2, 6, 0, 65, 1, 65, 2, 11, 18, 0, 65, 0, 32, 0, 38, 0, 65, 0, 65, 0, 65, 0, 252, 10, 0, 0, 11
  ];
  var needs = [
    function () {
      return 'noModule' in document.createElement('script');
    },
    function () {
      return WebAssembly.validate(new Uint8Array(MODULE));
    },
    function () {
      return document.createElement('dialog').showModal;
    },
    function () {
      return CSS.supports('selector(:has(a))');
    },
    function () {
      return CSS.supports('height', '1dvh') && CSS.supports('translate', '0') && CSS.supports('aspect-ratio', '1');
    }
  ];
  for (var nth = 0; nth < needs.length; nth += 1) {
    if (!has(needs[nth])) {
      tell();
      return;
    }
  }

  // What is missing and was not asked for shows when the app cannot be read or compiled; once it stands, it was.
  function unread(error) {
    return /^(SyntaxError|CompileError|LinkError)$/.test(error && error.name) && !document.querySelector('main');
  }
  window.addEventListener('error', function (event) {
    if (unread(event.error)) tell();
  });
  window.addEventListener('unhandledrejection', function (event) {
    if (unread(event.reason)) tell();
  });
})();
