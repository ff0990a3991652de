import { qrSymbol } from '../../pages/qr.ts';

/** The QR symbol for an authenticator app, as an image address; made here, so that the secret goes to no drawing service. */
export function symbolFor(address: string): string {
  const { modules, svg } = qrSymbol(address, 'M');
  const quiet = 4; // modules of white that the standard wants around it
  const side = modules + 2 * quiet;
  const framed = svg.replace(
    /viewBox="[^"]*" width="\d+" height="\d+"/,
    `viewBox="${-quiet} ${-quiet} ${side} ${side}"`,
  );
  return `data:image/svg+xml;base64,${Buffer.from(framed).toString('base64')}`;
}
