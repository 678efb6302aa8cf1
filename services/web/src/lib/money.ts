/** Amounts: whole numbers of a currency's minor unit, never fractions. They are written and read as text. */

import { count } from "./labels";

/** 20.00 USD are 2000 of the exponent 2. */
export interface Unit {
  readonly currency: string;
  readonly exponent: number;
}

const POINTS = "THX";

export function isPoints({ currency }: Pick<Unit, "currency">): boolean {
  return currency === POINTS;
}

/** "20.00 USD", "3 points". */
export function inWords(amount: number, unit: Unit): string {
  return isPoints(unit) ? count(amount, "point") : `${plain(amount, unit.exponent)} ${unit.currency}`;
}

/** An amount that the API gave with its text. */
export function said(money: { readonly amount: number; readonly currency: string; readonly text: string }): string {
  return isPoints(money) ? count(money.amount, "point") : money.text;
}

/** "20.00", as one types it. */
export function plain(amount: number, exponent: number): string {
  const digits = String(Math.abs(amount)).padStart(exponent + 1, "0");
  const sign = amount < 0 ? "-" : "";
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** What was typed as an amount, or null where it is none. */
export function parseAmount(text: string, exponent: number): number | null {
  const [, whole, rest = ""] = /^(\d{1,9})(?:[.,](\d{1,3}))?$/.exec(text.trim()) ?? [];
  if (whole === undefined || rest.length > exponent) return null;
  return Number(whole + rest.padEnd(exponent, "0"));
}
