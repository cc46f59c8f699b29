/** What the operating system says about a file, in words: each code with what is wrong and what to do about it. */

const MEANINGS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder; check the path',
  ENOTDIR: 'a file is where a folder of the path should be; move it away, or name another place',
  EISDIR: 'a folder is where the file should be; move it away',
  EEXIST: 'something else has this name already; move it away, or choose another name',
  ENOTEMPTY: 'the folder is not empty; move away what is in it',
  EACCES: 'this account may not use it; check its owner and permissions',
  EPERM: 'this account may not do that to it; check its owner, its permissions and the kind of its disk',
  EROFS: 'its disk can only be read; make it writable, or name a place on another disk',
  ENOSPC: 'its disk is full; make room',
  EDQUOT: 'this account has used up its share of the disk; make room',
  EFBIG: 'it would be larger than its disk allows',
  EIO: 'its disk reports a fault; check the system log',
  EMFILE: 'this program has too many files open; raise the limit (ulimit -n)',
  ENFILE: 'this machine has too many files open',
  ENAMETOOLONG: 'its name is too long; choose a shorter one',
  ELOOP: 'its symbolic links form a loop; remove one of them',
  EBUSY: 'another program uses it; close that one first',
  ETXTBSY: 'another program uses it; close that one first',
  EXDEV: 'it would have to move to another disk, which is not possible here',
  ENODEV: 'there is no such device',
  ENXIO: 'there is no such device',
  EINVAL: 'its path is not one that this system knows',
};

/** What is wrong and what to do, without the file's name; `undefined` for an error that is not about a file. */
export function fileFault(error: unknown): string | undefined {
  const { code = '' } = error as NodeJS.ErrnoException;
  return Object.hasOwn(MEANINGS, code) ? `${MEANINGS[code]} (${code})` : undefined;
}

/** The message of any error; where it speaks of a file, the file's name and what is wrong with it in words. */
export function messageOf(error: unknown): string {
  const { path, message, syscall } = error as NodeJS.ErrnoException;
  const fault = syscall === undefined ? undefined : fileFault(error);
  return fault === undefined || path === undefined ? message : `${path}: ${fault}`;
}
