/** What a file is by its first bytes; what its name or its sender calls it does not count. */
export type FileType = 'tiff' | 'pdf' | 'png' | 'jpeg';

const beginnings: readonly [FileType, readonly number[]][] = [
  ['tiff', [0x49, 0x49, 42, 0]],
  ['tiff', [0x4d, 0x4d, 0, 42]],
  ['pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['jpeg', [0xff, 0xd8, 0xff]],
];

export const fileType = (bytes: Uint8Array): FileType | null =>
  beginnings.find(([, magic]) => magic.every((byte, index) => bytes[index] === byte))?.[0] ?? null;
