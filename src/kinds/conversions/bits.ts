import { type Conversion, type ConversionRule, type Pair, TOO_LONG } from "./conversion.ts";

/** Among bit strings and integers. */
export const BIT_RULES: readonly ConversionRule[] = [
  { from: ["bit"], to: ["integer", "bigint"], make: bitsToInteger },
  { from: ["integer", "bigint"], to: ["bit"], make: integerToBits },
  { from: ["bit", "bit varying"], to: ["bit", "bit varying"], make: bitsToBits },
];

function bitsToInteger({ c, a, b, to }: Pair): Conversion {
  const using = `${c}::${to}`;
  const room = countBits(b.base);
  const fits = (a.numbers[0] ?? 1) <= room;
  return fits ? { using } : { using, loses: [`Only ${room} bits fit: longer values make it fail.`] };
}

function integerToBits({ c, a, b, from, to }: Pair): Conversion {
  const using = `${c}::${to}`;
  if ((b.numbers[0] ?? 1) >= countBits(a.base)) return { using };
  return { using, loses: ["Bits that do not fit are cut off."], rows: "change", where: `${using}::${from} <> ${c}` };
}

function bitsToBits({ c, b }: Pair): Conversion {
  const misfit = b.base === "bit" ? `<> ${b.numbers[0] ?? 1}` : `> ${b.numbers[0]}`;
  return { ...TOO_LONG, where: `length(${c}) ${misfit}` };
}

function countBits(integer: string): number {
  return integer === "integer" ? 32 : 64;
}
