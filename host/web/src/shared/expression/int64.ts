/** Whole numbers of 64 bits, as the server and the databases hold them; null where a result does not fit. */

const least = -(2n ** 63n);
const most = 2n ** 63n - 1n;

export function narrow(value: bigint): bigint | null {
  return value < least || value > most ? null : value;
}

/** Cut towards zero. */
export function divide(a: bigint, b: bigint): bigint | null {
  return b === 0n ? null : narrow(a / b);
}

/** The sign is that of `a`. */
export function modulo(a: bigint, b: bigint): bigint | null {
  return b === 0n ? null : a % b;
}

const powers = Array.from({ length: 19 }, (_, digits) => 10n ** BigInt(digits));

/** 10^digits, 0 to 18; null beyond, where it leaves 64 bits. */
export function powerOfTen(digits: number): bigint | null {
  return powers[digits] ?? null;
}

export function rescale(value: bigint, moreDigits: number): bigint | null {
  const factor = powerOfTen(moreDigits);
  return factor === null ? null : narrow(value * factor);
}

export function floorDivide(a: bigint, b: bigint): bigint {
  return a / b - (a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n);
}

/** Digits with an optional minus before them. */
export function parseInteger(text: string): bigint | null {
  return /^-?[0-9]+$/.test(text) ? narrow(BigInt(text)) : null;
}
