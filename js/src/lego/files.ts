/** Files on the person's machine, and the clipboard. */

/** The largest file that is read: a description of a network is far smaller. */
export const LARGEST_FILE = 1_000_000;

/** Offers a text as a download. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download takes the address over after the click was handled.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Reads a file; throws with a sentence for people where it is too large. */
export async function read(file: File): Promise<string> {
  if (file.size > LARGEST_FILE) {
    const megabytes = (file.size / 1e6).toFixed(1);
    throw new Error(
      `${file.name} has ${megabytes} MB: a network's file has less than ${LARGEST_FILE / 1e6} MB`
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
