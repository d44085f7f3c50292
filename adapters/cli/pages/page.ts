/** An integration page before it has a form: sections of statements, from which text, Markdown and JSON are made. */
export interface Page {
  readonly connector: string;
  readonly version: string;
  readonly title: string;
  readonly sections: readonly Section[];
}

export interface Section {
  /** Stable, for links and scripts. */
  readonly id: string;
  readonly heading: string;
  /** Steps that are done in order. */
  readonly ordered?: true;
  readonly items: readonly Item[];
}

export interface Item {
  readonly label?: string;
  readonly text: string;
}
