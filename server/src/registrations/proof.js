// Solves what the form asks while registrations come in a rush: the number behind a SHA-256, as ALTCHA asks it. Written out, since
// browsers keep their own SHA-256 from pages in plain http; a piece at a time, so that the page can be typed in meanwhile.
(function () {
  'use strict';
  // How long one piece lasts, in milliseconds: shorter than a frame that anybody misses.
  var PIECE_MS = 30;
  // Numbers that are tried before the clock is looked at.
  var AT_ONCE = 500;
  // Bytes of one block, and of it those that the length takes.
  var BLOCK = 64;
  var LENGTH = 8;

  // The first 32 bits of the fractional parts of the roots of the first primes: square roots to begin with, cube roots for each step.
  var START = new Int32Array(8);
  var STEPS = new Int32Array(64);
  for (var prime = 2, found = 0; found < 64; prime++) {
    var divides = false;
    for (var by = 2; by * by <= prime; by++) divides = divides || prime % by === 0;
    if (divides) continue;
    if (found < 8) START[found] = (Math.sqrt(prime) % 1) * 4294967296;
    STEPS[found++] = (Math.cbrt(prime) % 1) * 4294967296;
  }

  var w = new Int32Array(64);

  /**
   * Takes one block into a state.
   * @param {Int32Array} state
   * @param {Uint8Array} bytes
   * @param {number} from
   */
  function take(state, bytes, from) {
    for (var i = 0; i < 16; i++, from += 4) {
      w[i] = (bytes[from] << 24) | (bytes[from + 1] << 16) | (bytes[from + 2] << 8) | bytes[from + 3];
    }
    for (; i < 64; i++) {
      var x = w[i - 15];
      var y = w[i - 2];
      var s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      var s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    var a = state[0];
    var b = state[1];
    var c = state[2];
    var d = state[3];
    var e = state[4];
    var f = state[5];
    var g = state[6];
    var h = state[7];
    for (i = 0; i < 64; i++) {
      var e1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      var t1 = (h + e1 + ((e & f) ^ (~e & g)) + STEPS[i] + w[i]) | 0;
      var a0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      var t2 = (a0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }

  /**
   * A text of which every character is one byte.
   * @param {string} text
   */
  function bytesOf(text) {
    var bytes = new Uint8Array(text.length);
    for (var i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  }

  /**
   * Says whether a number behind the salt is the one. The salt's whole blocks are taken once, and not for each number.
   * @param {string} salt
   * @param {string} challenge
   */
  function judge(salt, challenge) {
    var begun = new Int32Array(START);
    var whole = bytesOf(salt);
    var from = 0;
    for (; from + BLOCK <= whole.length; from += BLOCK) take(begun, whole, from);
    var rest = whole.subarray(from);
    var wanted = new Int32Array(8);
    for (var i = 0; i < 8; i++) wanted[i] = parseInt(challenge.substr(8 * i, 8), 16);
    var last = new Uint8Array(2 * BLOCK);
    var state = new Int32Array(8);
    return function (/** @type {number} */ number) {
      var digits = String(number);
      var end = rest.length + digits.length;
      var size = end + 1 + LENGTH > BLOCK ? 2 * BLOCK : BLOCK;
      last.fill(0);
      last.set(rest);
      for (var i = 0; i < digits.length; i++) last[rest.length + i] = digits.charCodeAt(i);
      last[end] = 0x80;
      var bits = 8 * (from + end);
      for (i = 1; i <= 4; i++, bits >>>= 8) last[size - i] = bits & 255;
      state.set(begun);
      take(state, last, 0);
      if (size > BLOCK) take(state, last, BLOCK);
      for (i = 0; i < 8; i++) {
        if (state[i] !== wanted[i]) return false;
      }
      return true;
    };
  }

  /**
   * Tries one number after the other, and says which it is.
   * @param {{ salt: string, challenge: string, maxnumber: number }} asked
   * @param {(number: number) => void} done
   */
  function solve(asked, done) {
    var is = judge(asked.salt, asked.challenge);
    var number = 0;
    (function piece() {
      var until = Date.now() + PIECE_MS;
      do {
        for (var i = 0; i < AT_ONCE && number <= asked.maxnumber; i++, number++) {
          if (is(number)) {
            done(number);
            return;
          }
        }
      } while (Date.now() < until);
      if (number <= asked.maxnumber) setTimeout(piece, 0);
    })();
  }

  var box = /** @type {HTMLElement} */ (document.querySelector('.proof'));
  var proof = /** @type {HTMLInputElement} */ (box.querySelector('input'));
  var without = /** @type {HTMLElement} */ (box.querySelector('.without'));
  var working = /** @type {HTMLElement} */ (box.querySelector('.working'));
  var form = /** @type {HTMLFormElement} */ (proof.form);
  var asked = JSON.parse(box.dataset.challenge || '{}');
  // Whoever has sent it once need not press again.
  var isWanted = box.hasAttribute('data-sends');
  // Whether the form only goes to be shown in another language, which asks for no proof.
  var isTranslated = false;

  without.hidden = true;
  working.hidden = false;
  box.hidden = !isWanted;
  // A browser of before does not say of a form that is sent by which button it is.
  document.addEventListener('click', function (event) {
    isTranslated = /** @type {HTMLButtonElement} */ (event.target).name === 'do';
    if (isTranslated) isWanted = false;
  });
  form.addEventListener('submit', function (event) {
    if (proof.value || isTranslated) return;
    event.preventDefault();
    isWanted = true;
    box.hidden = false;
    working.scrollIntoView({ block: 'center' });
  });
  // Not before the whole form is there: what is found at once would else be sent without the fields that stand below.
  document.addEventListener('DOMContentLoaded', function () {
    solve(asked, function (number) {
      proof.value = btoa(
        JSON.stringify({
          algorithm: asked.algorithm,
          challenge: asked.challenge,
          number: number,
          salt: asked.salt,
          signature: asked.signature,
        }),
      );
      if (isWanted) form.submit();
    });
  });
})();
