interface ImportMetaEnv {
  /** Whether the workbench serves this site. */
  readonly WIREGLASS_WORKBENCH: boolean;
}
