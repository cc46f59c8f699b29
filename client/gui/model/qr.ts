/** A picture that the page has made, as the source of an image: nothing in it can run. */
export function qrSource(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
