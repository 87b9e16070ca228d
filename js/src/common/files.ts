/** Files on the user's machine, and the clipboard. */

/** The largest file that is read: a description of a network is far smaller. */
export const LARGEST_FILE = 1_000_000;

/** By then, the browser has taken the address of a download over. */
const DOWNLOAD_BEGINS_MS = 1000;

/** Offers a text as a download. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_BEGINS_MS);
}

/** Reads a file; throws an error with a message for users if it is too large. */
export async function read(file: File): Promise<string> {
  if (file.size > LARGEST_FILE) {
    const megabytes = (file.size / 1e6).toFixed(1);
    throw new Error(
      `${file.name} has ${megabytes} MB; the file of a network has less than ${LARGEST_FILE / 1e6} MB`
    );
  }
  return file.text();
}

/** Copies a text; false where the browser does not allow it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
