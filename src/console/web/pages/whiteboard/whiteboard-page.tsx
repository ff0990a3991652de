import type { ReactNode } from 'react';
import { Board } from './board.tsx';

export default function WhiteboardPage(): ReactNode {
  return <Board />;
}
