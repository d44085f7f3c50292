/** What free text of a host's may be made of, wherever it is kept: it goes into results and evidence. */
export const PLAIN = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;
export const NOT_BLANK = /\S/;
/** Neither with the sign nor as people, URLs and pages write it out. */
export const WITHOUT_ADDRESS = /^(?!.*(?:[([{]\s*at\s*[)\]}]|\sat\s.*\sdot\s|%40|&(?:#0*64|#x0*40|commat);))[^@\uFF20\uFE6B]*$/i;
