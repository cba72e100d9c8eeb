// A photo as small as screens need it. It is drawn anew, upright: nothing else of the camera's file leaves the tablet.

/**
 * @param {File} file
 * @param {number} side the longest side, in pixels
 * @returns {Promise<Blob>}
 */
export async function smaller(file, side) {
  const photo = await createImageBitmap(file);
  const scale = Math.min(1, side / Math.max(photo.width, photo.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(photo.width * scale));
  canvas.height = Math.max(1, Math.round(photo.height * scale));
  canvas.getContext('2d')?.drawImage(photo, 0, 0, canvas.width, canvas.height);
  photo.close();
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('no photo'))), 'image/jpeg', 0.85);
  });
}
