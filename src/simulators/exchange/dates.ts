/** Twilio writes instants as RFC 2822 with a numeric zone: `Mon, 03 Nov 2025 01:02:03 +0000`. */
export const rfc2822 = (at: Date): string => at.toUTCString().replace('GMT', '+0000');

/** The whole second an instant falls in, as Twilio stores it; milliseconds since the epoch. */
export const wholeSecond = (at: Date): number => Math.floor(at.getTime() / 1000) * 1000;
