/** What a connector leaves in a record's data in the place of words that the person is not given. Pages say it in the reader's language. */
export const WITHHELD_MARKS = {
  others: "[withheld: written by somebody else]",
  doubtful: "[withheld: it may be somebody else's]",
  notes: "[withheld: a note of the staff]",
} as const;
