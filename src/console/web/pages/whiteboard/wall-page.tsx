import type { ReactNode } from 'react';
import { Board } from './board.tsx';

/** The wall screen of the hub. */
export default function WallPage(): ReactNode {
  return <Board isWall />;
}
