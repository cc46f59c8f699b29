/** Whether this browser has not been here before: the tour and the demo conversation begin by themselves only then. */
const KEY = 'wireglass-visited';

let isFirst: boolean | undefined;

/** The same answer until the page is loaded again. From then on, this browser has been here. */
export function isFirstVisit(): boolean {
  if (isFirst === undefined) {
    isFirst = localStorage.getItem(KEY) === null;
    localStorage.setItem(KEY, 'yes');
  }
  return isFirst;
}
