import { StartError } from '../../model/start-error.ts';

/** The code of a failed system call (`ENOSPC`, ...), or undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The sentence for a system call that failed at start; any other error comes back as it is. */
export function fileStartTrouble(error: unknown, path: string): unknown {
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(path, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return notWritable(path, error);
    case 'EEXIST':
    case 'ENOTDIR':
      return notAFolder(path, error);
    default:
      return error;
  }
}

export function damagedFile(file: string, cause?: unknown): StartError {
  return new StartError(
    {
      ja: `「${file}」が壊れているため、読めません。このファイルには手を加えていません。フォルダーごと写しを取ったうえで、無事な写しに戻してください。`,
      en: `"${file}" is damaged and cannot be read; it was left as it is: make a copy of the whole folder, then put back a copy that is sound.`,
    },
    cause,
  );
}

export function diskFull(path: string, cause?: unknown): StartError {
  return new StartError(
    {
      ja: `「${path}」のあるディスクに空きがありません。空きを作ってから、もう一度始めてください。`,
      en: `The disk that holds "${path}" is full: make room, then start again.`,
    },
    cause,
  );
}

export function notWritable(path: string, cause?: unknown): StartError {
  return new StartError(
    {
      ja: `「${path}」に書き込めません。書き込みの許可を与えるか、ほかのフォルダーを LEYSERKIDS_DATA_DIR に指定してください。`,
      en: `"${path}" cannot be written: give this user write permission, or name another folder in LEYSERKIDS_DATA_DIR.`,
    },
    cause,
  );
}

export function notAFolder(path: string, cause?: unknown): StartError {
  return new StartError(
    {
      ja: `「${path}」はフォルダーではなく、ファイルです。そのファイルをほかへ移すか、ほかのフォルダーを LEYSERKIDS_DATA_DIR に指定してください。`,
      en: `"${path}" is a file, not a folder: move that file away, or name another folder in LEYSERKIDS_DATA_DIR.`,
    },
    cause,
  );
}
