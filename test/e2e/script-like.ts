/** Texts that would set `window.ran`, or break something else, wherever a page takes text for more than text. */
export const SCRIPT_LIKE: readonly string[] = [
  '<script>window.ran = true</script>',
  '<img src=x onerror="window.ran = true">',
  '"><svg onload="window.ran = true">',
  'javascript:window.ran=true',
  '{{ constructor.constructor("window.ran = true")() }}',
  '</textarea><script>window.ran = true</script>',
  "' OR 1=1 --",
  '\u202Egnp.exe\u202C \u0007 Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮',
];
