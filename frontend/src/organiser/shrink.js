// A picture as small as the screens need it: whoever chooses one has it as a camera or a designer left it.

/**
 * The picture itself if it is small or drawn in lines, else one of so many pixels at most.
 *
 * @param {File} file
 * @param {number} side the longest side, in pixels
 * @param {number} bytes what may stay as it is
 * @returns {Promise<Blob>}
 */
export async function shrunk(file, side, bytes) {
  if (file.type === 'image/svg+xml') return file;
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  if (scale === 1 && file.size <= bytes) return file;
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  // A browser that does not write WebP writes PNG.
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('no picture'))), 'image/webp', 0.9);
  });
}
