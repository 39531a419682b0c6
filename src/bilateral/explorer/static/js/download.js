// Handing a file to the reader.

/** @param {string} name @param {string} mime @param {string | Blob | ArrayBuffer | Uint8Array} data */
export function download(name, mime, data) {
  const blob = data instanceof Blob ? data : new Blob([/** @type {any} */ (data)], { type: mime });
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the blob after the click; give it time.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
