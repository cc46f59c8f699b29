interface ImportMetaEnv {
  /** Whether the workbench serves this site. */
  readonly WIREGLASS_WORKBENCH: boolean;
  readonly WIREGLASS_VIEWS: readonly { readonly path: string; readonly title: string }[];
}
