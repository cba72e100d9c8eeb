// What the browser does with passkeys: makes one, or has one sign. Bytes travel as base64url, which older browsers do not read by
// themselves.

/** @param {string} text */
function bytes(text) {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** @param {any[] | undefined} list */
const listed = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

/**
 * Whether this browser has passkeys at a host.
 *
 * @param {string} host
 * @returns {boolean}
 */
export function hasPasskeys(host) {
  return window.isSecureContext && 'PublicKeyCredential' in window && location.hostname === host;
}

/**
 * Makes a passkey.
 *
 * @param {string} asked what the server asks, as JSON
 * @returns {Promise<string>} the answer, as JSON
 */
export async function makePasskey(asked) {
  const options = JSON.parse(asked).publicKey;
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: listed(options.excludeCredentials),
  };
  const made = /** @type {any} */ (await navigator.credentials.create({ publicKey }));
  return JSON.stringify({
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    extensions: {},
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
      transports: made.response.getTransports?.(),
    },
  });
}

/**
 * Has a passkey sign.
 *
 * @param {string} asked what the server asks, as JSON
 * @returns {Promise<string>} the answer, as JSON
 */
export async function signByPasskey(asked) {
  const options = JSON.parse(asked).publicKey;
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: listed(options.allowCredentials),
  };
  const signed = /** @type {any} */ (await navigator.credentials.get({ publicKey }));
  const { authenticatorData, clientDataJSON, signature, userHandle } = signed.response;
  return JSON.stringify({
    id: signed.id,
    rawId: text(signed.rawId),
    type: signed.type,
    extensions: {},
    response: {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    },
  });
}
