/** Times as the hub reads them: in Japan, day only when it is another one. */
const parts = { timeZone: 'Asia/Tokyo', hour: '2-digit', minute: '2-digit', hour12: false } as const;
const time = new Intl.DateTimeFormat('ja-JP', parts);
const dayAndTime = new Intl.DateTimeFormat('ja-JP', { ...parts, month: 'numeric', day: 'numeric' });
const day = new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', dateStyle: 'short' });

export const timeOf = (instant: string): string => time.format(new Date(instant));

export const whenOf = (instant: string): string => {
  const at = new Date(instant);
  return day.format(at) === day.format(new Date()) ? time.format(at) : dayAndTime.format(at);
};
