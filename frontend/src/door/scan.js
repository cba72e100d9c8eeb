// The code on a badge, read by the browser itself where it can: no decoder of ours is loaded.

/** How long the same code is one and the same badge, in milliseconds. */
const SAME_MS = 3_000;
/** How often the picture is looked at, in milliseconds. */
const LOOK_MS = 150;

/** Whether this browser reads codes, and may use a camera here: only over https, or on the server's own machine. */
export function canScan() {
  return isSecureContext && 'BarcodeDetector' in window && Boolean(navigator.mediaDevices?.getUserMedia);
}

/**
 * Shows the camera, and tells each code that it sees, until `end`.
 *
 * @param {HTMLVideoElement} video where it is shown
 * @param {(code: string) => void} found
 */
export async function begin(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  video.srcObject = stream;
  await video.play();
  const detector = new /** @type {any} */ (window).BarcodeDetector({ formats: ['qr_code'] });
  let last = { code: '', at: 0 };
  const look = async () => {
    if (video.srcObject !== stream) return;
    const codes = await detector.detect(video).catch(() => []);
    const now = performance.now();
    for (const { rawValue: code } of codes) {
      if (code !== last.code || now - last.at > SAME_MS) found(code);
      last = { code, at: now };
    }
    setTimeout(look, LOOK_MS);
  };
  void look();
}

/**
 * Lets the camera go.
 *
 * @param {HTMLVideoElement} video
 */
export function end(video) {
  const stream = video.srcObject;
  video.srcObject = null;
  if (stream instanceof MediaStream) for (const track of stream.getTracks()) track.stop();
}
