/** Which site is being built. */

/**
 * Whether the workbench serves this site, next to its own page. Only then can a page link to the workbench, or ask it for
 * anything: elsewhere, such a request would go to a stranger's server. `npm start` sets it for the site that it builds.
 */
export const FOR_WORKBENCH = process.env['WIREGLASS_DOCS'] === 'workbench';
