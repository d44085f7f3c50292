import { isDsrError } from "../../core/errors.js";
import { readSearch, type Filter, type Listing, type SearchKind } from "./search.js";

/** In each group, of which one may stand in another. Source: developers.intercom.com, contact search, "Nesting & Limitations". */
const FILTERS_PER_GROUP = 15;

/**
 * Searches for what has one of several values in a field. `IN` is a short form of OR; where Intercom does not take it, or not so many values,
 * the long form asks the same in as many calls, and `IN` is not tried again.
 */
export class AnySearch {
  #takesLists = true;

  async read<Item extends { readonly id: string }>(kind: SearchKind<Item>, field: string, values: readonly string[]): Promise<Listing<Item>> {
    if (this.#takesLists) {
      try {
        return await readSearch(kind, { field, operator: "IN", value: [...values] });
      } catch (error) {
        if (!refusesLists(error)) throw error;
        this.#takesLists = false;
      }
    }
    const groups: Filter[] = [];
    for (let from = 0; from < values.length; from += FILTERS_PER_GROUP) {
      groups.push({ operator: "OR", value: values.slice(from, from + FILTERS_PER_GROUP).map((value) => ({ field, operator: "=" as const, value })) });
    }
    const [only] = groups;
    return readSearch(kind, groups.length === 1 && only !== undefined ? only : { operator: "OR", value: groups });
  }
}

/** Statuses and codes by which Intercom says that a parameter is not what it takes. Source: developers.intercom.com, "Error codes". */
const OF_A_PARAMETER: ReadonlySet<string> = new Set(["parameter_invalid", "type_mismatch"]);

/** Whether the refusal is about the parameter. Any other one would be the same for the long form, and has to be seen. */
function refusesLists(error: unknown): boolean {
  if (!isDsrError(error, "VENDOR_REJECTED")) return false;
  const { vendorStatus, vendorCode = "" } = error.facts;
  return (vendorStatus === 400 || vendorStatus === 422) && OF_A_PARAMETER.has(vendorCode);
}
