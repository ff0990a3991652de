/** A photo chosen by the doctor becomes grey pixels. */

/** Long side of what is looked at: a module of a page that fills the picture is then eight pixels and more. */
const longestSide = 3600;

/**
 * @param {Blob} file
 * @returns {Promise<import('../read.ts').GrayImage>} turned as the camera was held; rejects when it is no picture
 */
export async function grayOfFile(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  context.fillStyle = '#fff'; // a transparent picture is white paper
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Uint8Array(width * height);
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = (data[at * 4] * 77 + data[at * 4 + 1] * 151 + data[at * 4 + 2] * 28) >> 8;
  }
  canvas.width = 0; // the picture's memory goes at once, not when the collector comes
  return { width, height, pixels };
}
